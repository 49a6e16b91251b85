# The images of docker-compose.yml: `santun` (the program, every role) and `rtpengine` (media).

# The version of Node that the tests run with.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY dialer dialer
COPY sip sip
COPY workers workers
RUN npm run build

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the embedded Postgres, which an image does not use, and native helpers
# that have a twin in JavaScript.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force

FROM node:20.20.2-bookworm-slim AS santun
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY migrations migrations
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
# Where the volumes of recordings go: they take over whose the folders are.
RUN install --directory --owner=node --group=node --mode=0700 /var/spool/rtpengine .data/recordings
USER node
EXPOSE 8080
# The program owns its signals and starts no other: it needs no init in front of it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SANTUN_HTTP_PORT || 8080}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/src/main/cli.js"]
CMD ["start"]

# Debian's own package, in userspace mode: no kernel module, no privileges.
FROM debian:12.11-slim AS rtpengine
RUN apt-get update \
  && apt-get install --yes --no-install-recommends rtpengine-daemon \
  && rm -rf /var/lib/apt/lists/*
# The number of the program's user, which reads the captures and removes them.
RUN useradd --uid 1000 --user-group --no-create-home node \
  && install --directory --owner=node --group=node --mode=0700 /var/spool/rtpengine
USER node
EXPOSE 22222/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["bash", "-c", "</dev/tcp/127.0.0.1/9900"]
ENTRYPOINT ["rtpengine", "--config-file=none", "--table=-1", "--foreground", "--log-stderr", \
  "--pidfile=/tmp/rtpengine.pid", "--listen-cli=127.0.0.1:9900"]
