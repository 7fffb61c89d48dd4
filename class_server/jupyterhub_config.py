"""A plain JupyterHub for one class: copy both files into /etc/jupyterhub/, and start `jupyterhub` there."""

from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub gives it)
load_subconfig(str(Path(__file__).with_name("course_seats.py")))  # noqa: F821

c.JupyterHub.bind_url = (
    "http://127.0.0.1:8000"  # put a web server with a certificate before it, or set ssl_key, ssl_cert
)
c.Authenticator.allow_all = True  # everybody with an account on this machine (PAM); else name them: allowed_users
c.Authenticator.admin_users = set()

# With systemd the limits are kept: pip install jupyterhub-systemdspawner, and take away the # of this line.
# c.JupyterHub.spawner_class = "systemd"
