# syntax=docker/dockerfile:1
# The six images, one target each:
#   docker build --target identity --tag registry.example.cn/yuanmeng/identity:0.1.0 .
# The programs are built once: further targets take them from the cache.

FROM rust:1.95-bookworm AS programs
WORKDIR /build
COPY . .
# The image's own toolchain is the one that rust-toolchain.toml names; rustup is not to fetch it again.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked \
      --package identity --package enrollment --package subsidy \
      --package review --package quota --package payment \
 && mkdir /programs \
 && cp target/release/identity target/release/enrollment target/release/subsidy \
       target/release/review target/release/quota target/release/payment /programs/

# No shell is needed, but certificates of the authorities that bank, wallet, SMS and real-name check have theirs from.
FROM debian:bookworm-slim AS base
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 65532 yuanmeng \
 && useradd --uid 65532 --gid 65532 --no-create-home --shell /usr/sbin/nologin yuanmeng
# Also on nodes where every process gets transparent huge pages: libs/runtime/src/lib.rs says what they cost.
ENV MIMALLOC_ALLOW_THP=0
USER 65532:65532
EXPOSE 50051 9090

FROM base AS identity
COPY --from=programs /programs/identity /usr/local/bin/
ENTRYPOINT ["identity"]

FROM base AS enrollment
COPY --from=programs /programs/enrollment /usr/local/bin/
ENTRYPOINT ["enrollment"]

FROM base AS review
COPY --from=programs /programs/review /usr/local/bin/
ENTRYPOINT ["review"]

FROM base AS quota
COPY --from=programs /programs/quota /usr/local/bin/
ENTRYPOINT ["quota"]

FROM base AS payment
COPY --from=programs /programs/payment /usr/local/bin/
ENTRYPOINT ["payment"]

# Forms are printed: the font lies where libs/typeset looks for it, and holds the rare characters of names.
FROM base AS subsidy
USER 0
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-wqy-microhei \
 && rm -rf /var/lib/apt/lists/*
USER 65532:65532
COPY --from=programs /programs/subsidy /usr/local/bin/
ENTRYPOINT ["subsidy"]
