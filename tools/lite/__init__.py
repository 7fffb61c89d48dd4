"""`python course.py lite`: the whole course in a visitor's own browser, from files whose hashes are known.

parts.py   every file that comes from elsewhere: what it must hash to, where it may come from, the cache
pack.py    the course as a light wheel, the packages as Pyodide wants them, their list
build.py   the folder: JupyterLite, working copies of the lessons, data and model
serve.py   the folder on loopback, as a web server would hand it out
"""
