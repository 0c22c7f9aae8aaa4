"""The database as Django sees it: django-tenants' backend, with a role beside every search path."""
