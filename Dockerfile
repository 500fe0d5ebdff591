# syntax=docker/dockerfile:1
# Three stages: the program, its packages, and the small image that runs it as a user without rights.

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY scripts/bootstrap.mjs scripts/
RUN node scripts/bootstrap.mjs
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node scripts/bootstrap.mjs --build

FROM node:24-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-slim
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Driftwatch" \
      org.opencontainers.image.description="Watches the schemas of PostgreSQL, MySQL and MariaDB databases and tells people when they drift" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /build/dist dist
# The embedded store, when no PostgreSQL is configured; `store.dataDir: /data` puts it there.
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "dist/cli/main.js", "healthcheck"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["run"]
