# The hub as an image: `docker build --tag outcomes-hub .`
#
# Built with the compiler that Cargo.toml asks for, on the Debian that it then runs on. It runs as a user who may write
# nowhere but in /var/lib/outcomes-hub (and in /tmp, which wants a tmpfs where the root file system is read-only):
#   docker run --read-only --tmpfs /tmp -v hub:/var/lib/outcomes-hub -p 127.0.0.1:8080:8080 outcomes-hub demo

FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
# What the binary is made of, and no more: a change to a test or to the documentation builds nothing again.
COPY Cargo.toml Cargo.lock build.rs ./
COPY assets assets
COPY connectors connectors
COPY migrations migrations
COPY schema schema
COPY src src
# The caches outlive a build: after the first, which takes long, only what changed is compiled.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/target,sharing=locked \
    CARGO_TARGET_DIR=/target cargo build --release --locked --bin hub \
    && install /target/release/hub /usr/local/bin/hub

FROM debian:12.12-slim
# Certificates, to know the publishers by; nothing else is needed.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/outcomes-hub --shell /usr/sbin/nologin hub \
    && install --directory --owner=hub --group=hub --mode=0700 /var/lib/outcomes-hub
# The hub's own licence, and those of everything that it is built from.
COPY LICENSE LICENSE-APACHE LICENSE-MIT docker/licences.txt /usr/share/doc/outcomes-hub/
COPY --from=build /usr/local/bin/hub /usr/local/bin/hub

# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/outcomes-hub
VOLUME /var/lib/outcomes-hub
ENV HUB_DATA_DIR=/var/lib/outcomes-hub HUB_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=8s --start-period=30s --retries=3 CMD ["hub", "health"]
ENTRYPOINT ["hub"]
CMD ["serve"]
