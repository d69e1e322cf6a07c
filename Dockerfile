# syntax=docker/dockerfile:1
ARG NODE=24-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY . .
RUN ["npm", "run", "build"]
RUN ["mkdir", "/packed"]
RUN ["npm", "pack", "--ignore-scripts", "--pack-destination", "/packed"]
# The image runs the published package; a lock names its one dependency and the driver of Postgres.
WORKDIR /app
COPY packaging/image ./
RUN ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
RUN mkdir node_modules/trunkline-mcp && tar -xzf /packed/trunkline-mcp-*.tgz --strip-components=1 -C node_modules/trunkline-mcp

FROM node:${NODE}
ENV NODE_ENV=production \
    TRUNKLINE_HOME=/state \
    TRUNKLINE_LISTEN=0.0.0.0:3000
COPY --from=build /app/node_modules /app/node_modules
# Everything else may be read-only.
RUN ["install", "-d", "-o", "node", "-g", "node", "-m", "0700", "/state"]
VOLUME /state
WORKDIR /app
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Beyond loopback it does not start without TRUNKLINE_TENANTS, which says who may come in.
CMD ["node", "/app/node_modules/trunkline-mcp/dist/main.js", "http"]
