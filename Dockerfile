# Every app is a target of this file: monolith, gateway, orders, inventory; and seed, which fills a shop, and dead, which shows dead
# letters.
# Node runs TypeScript as it is, so nothing is compiled: a build only installs what one workspace needs at run time.
# Everybody may read what is copied, whatever the umask was when it was checked out: apps do not run as its owner.

FROM node:24-trixie-slim AS manifests
WORKDIR /shop
# npm reads the manifest of every workspace, whichever it installs. Sources come later, so that a change of code
# installs nothing again.
COPY --chmod=755 package.json package-lock.json .npmrc ./
COPY --chmod=755 shared/package.json shared/
COPY --chmod=755 monolith/package.json monolith/
COPY --chmod=755 services/messaging/package.json services/messaging/
COPY --chmod=755 services/http/package.json services/http/
COPY --chmod=755 services/gateway/package.json services/gateway/
COPY --chmod=755 services/orders/package.json services/orders/
COPY --chmod=755 services/inventory/package.json services/inventory/
COPY --chmod=755 loadtests/package.json loadtests/

FROM manifests AS monolith-modules
RUN npm ci --omit=dev --ignore-scripts --workspace @shop/monolith

FROM manifests AS gateway-modules
RUN npm ci --omit=dev --ignore-scripts --workspace @shop/gateway

FROM manifests AS orders-modules
RUN npm ci --omit=dev --ignore-scripts --workspace @shop/orders

FROM manifests AS inventory-modules
RUN npm ci --omit=dev --ignore-scripts --workspace @shop/inventory

FROM manifests AS dead-modules
RUN npm ci --omit=dev --omit=optional --ignore-scripts --workspace @shop/loadtests --workspace @shop/messaging

FROM node:24-trixie-slim AS app
WORKDIR /shop
# The container's own network is the limit here; docker-compose.yml says what the machine around it can reach.
ENV NODE_ENV=production HOST=0.0.0.0
USER node

FROM app AS monolith
COPY --from=monolith-modules /shop ./
COPY --chmod=755 shared shared
COPY --chmod=755 monolith monolith
ENV PORT=3000
EXPOSE 3000
CMD ["node", "monolith/src/main.ts"]

FROM app AS gateway
COPY --from=gateway-modules /shop ./
COPY --chmod=755 shared shared
COPY --chmod=755 services/http services/http
COPY --chmod=755 services/gateway services/gateway
ENV PORT=4000
EXPOSE 4000
CMD ["node", "services/gateway/src/main.ts"]

FROM app AS orders
COPY --from=orders-modules /shop ./
COPY --chmod=755 shared shared
COPY --chmod=755 services/http services/http
COPY --chmod=755 services/messaging services/messaging
COPY --chmod=755 services/orders services/orders
ENV PORT=4001
EXPOSE 4001
CMD ["node", "services/orders/src/main.ts"]

FROM app AS inventory
COPY --from=inventory-modules /shop ./
COPY --chmod=755 shared shared
COPY --chmod=755 services/messaging services/messaging
COPY --chmod=755 services/inventory services/inventory
ENV PORT=4002
EXPOSE 4002
CMD ["node", "services/inventory/src/main.ts"]

# The gateway's modules are those that seeding needs: an HTTP client and tokens.
FROM app AS seed
COPY --from=gateway-modules /shop ./
COPY --chmod=755 shared shared
COPY --chmod=755 loadtests/lab/seed.ts loadtests/lab/catalogue.ts loadtests/lab/random.ts loadtests/lab/client.ts loadtests/lab/
COPY --chmod=755 docker/seed.ts docker/
CMD ["node", "docker/seed.ts"]

# What the command prints is the same as on a laptop; what it reads facts by is the services' own.
FROM app AS dead
COPY --from=dead-modules /shop ./
COPY --chmod=755 shared shared
COPY --chmod=755 services/messaging services/messaging
COPY --chmod=755 services/orders services/orders
COPY --chmod=755 services/inventory services/inventory
COPY --chmod=755 loadtests/lab/cli loadtests/lab/cli
COPY --chmod=755 loadtests/lab/infra loadtests/lab/infra
COPY --chmod=755 loadtests/lab/dead loadtests/lab/dead
COPY --chmod=755 loadtests/lab/stacks/namespace.ts loadtests/lab/stacks/
COPY --chmod=755 loadtests/lab/up/running.ts loadtests/lab/up/
COPY --chmod=755 loadtests/lab/dead.ts loadtests/lab/
ENTRYPOINT ["node", "loadtests/lab/dead.ts"]
