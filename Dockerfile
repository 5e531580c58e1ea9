# PaperQL in two sizes:
#   full  the default, with LanceDB, the local model and the sample; requires nothing else.
#   slim  without LanceDB and the local model; requires QDRANT_URL and OPENAI_API_KEY.
# See docs/containers.md.

# Debian, because the native packages (LanceDB, ONNX runtime) are built for glibc.
FROM node:24-bookworm-slim AS base
WORKDIR /app

FROM base AS manifests
COPY package.json package-lock.json .npmrc ./
# npm rejects a lockfile if its workspaces are missing.
COPY client/package.json client/
COPY explorer/package.json explorer/
COPY web/package.json web/

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src/ src/
COPY scripts/build-pages.js scripts/
COPY client/ client/
COPY explorer/ explorer/
COPY web/ web/
RUN npm run build && npm run build:web && rm dist/.tsbuildinfo

FROM manifests AS slim-dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional

# The ONNX runtime contains libraries for every system, 220 MB of which no Linux container can load. Its plain release is only
# needed if npm drops the ONNX runtime because its install script fails. No install scripts run here.
FROM manifests AS full-dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev \
  && rm -r node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32 \
  node_modules/onnxruntime-node-plain

# The program of both images. It is a separate stage so that the images can copy it last, because it changes most often.
FROM scratch AS program
WORKDIR /app
COPY package.json LICENSE ./
COPY schema/ schema/
COPY mcp/ mcp/
COPY sample/ sample/
COPY --from=build /app/dist/ dist/
COPY --from=build /app/explorer/dist/ explorer/dist/
COPY --from=build /app/web/dist/ web/dist/

FROM base AS runtime
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js", "serve"]

FROM runtime AS slim
COPY --from=slim-dependencies /app/node_modules/ node_modules/
COPY --from=program /app/ ./
# The image's user "node", by number, because Kubernetes' runAsNonRoot does not look up names.
USER 1000:1000

FROM runtime AS full
# Turns off the ONNX runtime's telemetry, and limits the allocator's arenas: see docs/operations.md.
ENV DATA_DIR=/data ORT_DISABLE_TELEMETRY=1 MALLOC_ARENA_MAX=2
# The folder must exist before the volume is declared, because a new volume gets the folder's owner.
RUN install --directory --owner=node --group=node /data
VOLUME /data
COPY --from=full-dependencies /app/node_modules/ node_modules/
COPY models/ models/
COPY --from=program /app/ ./
USER 1000:1000
