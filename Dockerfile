# syntax=docker/dockerfile:1
# Targets: app (server and command, no torch), worker-gpu, worker-cpu (jobs and embedder).
# Bases are pinned by tag; whoever releases images pins them by digest as well.

FROM node:24-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY tools/vendor.mjs tools/
RUN npm run vendor


FROM python:3.13-slim AS base
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN groupadd --gid 10001 likewise \
 && useradd --uid 10001 --gid likewise --create-home likewise \
 && install --directory --owner likewise --group likewise /data /cache
ENV LIKEWISE_DATA=/data HF_HOME=/cache
WORKDIR /src


# What each image needs of the lock, whose hashes hold as constraints too, for the lock's own pip.
FROM base AS wanted
COPY pyproject.toml requirements.lock ./
COPY tools/image_requirements.py tools/
RUN python tools/image_requirements.py .

FROM base AS locked-pip
COPY --from=wanted /src/pip.txt ./
RUN pip install --require-hashes --requirement pip.txt


FROM locked-pip AS wheel
COPY requirements.lock ./
COPY --from=wanted /src/build.txt ./
RUN pip install --require-hashes --constraint requirements.lock --requirement build.txt
COPY . .
COPY --from=assets /src/frontend/static/vendor frontend/static/vendor
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .


FROM locked-pip AS server-packages
COPY requirements.lock ./
COPY --from=wanted /src/server.txt ./
RUN pip install --require-hashes --constraint requirements.lock --requirement server.txt


FROM server-packages AS app
RUN --mount=from=wheel,source=/wheels,target=/wheels pip install --no-deps /wheels/*.whl
WORKDIR /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD \
    ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('LIKEWISE_PORT', 8000)}/readyz\", timeout=4)"]
CMD ["likewise", "serve"]


# torch has a layer of its own, below all that changes often. Its wheel brings the CUDA libraries;
# the host brings the driver.
FROM server-packages AS torch-gpu
COPY tools/not_locked.txt tools/
RUN pip install "$(sed -n 's/ *;.*//p' tools/not_locked.txt)"

FROM server-packages AS torch-cpu
ARG TORCH_INDEX=""
COPY tools/install_torch.py tools/not_locked.txt tools/
RUN python -m tools.install_torch


FROM torch-gpu AS worker-gpu
COPY --from=wanted /src/worker.txt ./
RUN pip install --require-hashes --constraint requirements.lock --requirement worker.txt
RUN --mount=from=wheel,source=/wheels,target=/wheels pip install --no-deps /wheels/*.whl
WORKDIR /data
USER 10001:10001
CMD ["likewise", "worker", "--queue", "gpu"]

FROM torch-cpu AS worker-cpu
COPY --from=wanted /src/worker.txt ./
RUN pip install --require-hashes --constraint requirements.lock --requirement worker.txt
RUN --mount=from=wheel,source=/wheels,target=/wheels pip install --no-deps /wheels/*.whl
WORKDIR /data
USER 10001:10001
CMD ["likewise", "worker", "--queue", "cpu"]
