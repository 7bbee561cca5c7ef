# One image per service: docker build --build-arg SERVICE=accounts --tag bankside/accounts:0.1.0 .
# For several architectures: docker buildx build --platform linux/amd64,linux/arm64 …

# What npm reads, apart: packages are fetched again only when one of these files changes.
FROM docker.io/library/node:24-bookworm-slim AS manifests
WORKDIR /project
COPY . .
RUN mkdir /manifests && find . -name package.json -o -name package-lock.json | xargs cp --parents --target-directory=/manifests

# Everything that builds, exactly as the lockfile says. No script of a package runs.
FROM docker.io/library/node:24-bookworm-slim AS packages
WORKDIR /project
COPY --from=manifests /manifests .
# Behind a proxy or with a registry of your own: --secret id=ca,src=ca.crt --secret id=npmrc,src=.npmrc
RUN --mount=type=secret,id=ca,target=/run/ca.crt --mount=type=secret,id=npmrc,target=/run/npmrc \
    --mount=type=cache,target=/npm \
    NODE_EXTRA_CA_CERTS=/run/ca.crt npm_config_userconfig=/run/npmrc npm_config_cache=/npm npm ci --ignore-scripts --prefer-offline --no-audit --no-fund

FROM packages AS build
COPY . .
RUN node tools/build.mjs

# For `skaffold dev`: one image for all services. SERVICE names the one that runs, from the sources; a change restarts it.
FROM build AS dev
RUN chown -R node:node /project/dist /project/packages /project/services /project/workflows && \
    echo 'require(`./dist/${process.env.SERVICE}-migrate.cjs`);' >migrate.cjs
USER 1000:1000
CMD ["node", "tools/watch.mjs"]

FROM build AS assembled
RUN node tools/image.mjs /images

# Steps that are the same for all services come first.
FROM docker.io/library/node:24-bookworm-slim AS service
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/code-cache
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["node", "main.cjs"]
ARG SERVICE
COPY --from=assembled /images/${SERVICE:-SERVICE-is-required} .
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bankside-$SERVICE" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim" \
      org.cyclonedx.sbom="/app/sbom.cdx.json"
