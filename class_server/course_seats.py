"""What a JupyterHub must know of the course; a file to copy. README.md beside it says where to.

The Littlest JupyterHub: into /opt/tljh/config/jupyterhub_config.d/. Plain JupyterHub: jupyterhub_config.py loads it.
"""

import os

c = get_config()  # noqa: F821  (JupyterHub gives it)

# An environment with the course's wheel and jupyterhub in it, made once; learners only read it.
COURSE = os.environ.get("EMBEDDINGS_COURSE_ENV", "/opt/embeddings-course")
# The folder that contains minilm/; thirty kernels share one copy of the weights in memory.
MODELS = os.environ.get("EMBEDDINGS_COURSE_MODELS", "/srv/embeddings-course/models")

# As the learner: working copies in ~/my_course first, then JupyterHub's own server.
c.Spawner.cmd = [f"{COURSE}/bin/embeddings-course", "seat"]
c.Spawner.default_url = "/lab/tree/my_course/00_start_here.ipynb"
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # thirty log in within the same minute
c.Spawner.environment = {
    "EMBEDDINGS_COURSE_MODELS": MODELS,
    # one thread a kernel: thirty kernels with eight threads each only wait for each other
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
# Kept by spawners that can (systemd, as in The Littlest JupyterHub, and containers); README.md has what was measured.
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1.0

c.JupyterHub.concurrent_spawn_limit = 10
