"""PostgreSQL and Redis of our own, for installations that configured none."""
