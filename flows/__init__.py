"""When and where it runs: thin Prefect flows over `intake`.

A flow file is a verb and never has the name of a top-level package: Prefect puts this folder
first on `sys.path`. Nothing is correct because of a Prefect state, retry, cache or hook.
"""
