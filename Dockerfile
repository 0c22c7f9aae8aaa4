# One image for everything: `serve` runs HTTP, sockets and jobs. Give it DATABASE_URL and REDIS_URL in production.
FROM python:3.12-slim AS build
WORKDIR /loman
COPY requirements.txt .
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.12-slim
WORKDIR /loman
RUN useradd --create-home loman && mkdir -p /loman/var && chown loman /loman/var
COPY --from=build /loman/.venv .venv
COPY . .
USER loman
ENV PATH=/loman/.venv/bin:$PATH PYTHONUNBUFFERED=1 DEBUG=false
VOLUME /loman/var
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD python -c "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/health', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('.')}), timeout=4)"
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]
