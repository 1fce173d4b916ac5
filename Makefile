# Two commands do everything on a fresh Debian or Ubuntu with a Rust toolchain: `make demo` and
# `make test`. Each installs what it needs and is missing; see scripts/need.

TARGET := $(or $(CARGO_TARGET_DIR),target)
# Where Debian keeps nginx; not everybody's PATH has it.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

.PHONY: help demo test fmt lint deny unit integration clients contract e2e screenshots bench prove attack fuzz

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## the whole flow on this machine: a site, the gateway, a simulated Stripe
	@scripts/need cargo cc cmake
	cargo build --release --locked --bin tollhouse
	@exec $(TARGET)/release/tollhouse demo

test: ## everything that must hold: formatting, clippy, cargo-deny, all tests
	@scripts/test

fmt: ## format the code
	@scripts/need cargo rustfmt
	cargo fmt --all

lint: ## formatting and clippy, warnings denied
	@scripts/need cargo rustfmt clippy cc cmake
	@scripts/test formatting clippy

deny: ## what we build on: bans, licences, sources, advisories
	@scripts/need cargo git cc
	@scripts/test cargo-deny

unit: ## the tests beside the code
	@scripts/need cargo cc cmake
	@scripts/test unit

integration: ## the whole system over real sockets, in process
	@scripts/need cargo cc cmake nginx apache2 caddy python3 strace mkfs.ext4
	@scripts/test integration

clients: ## Stripe's own SDKs and command line against the simulated Stripe
	@scripts/need cargo cc cmake python3 venv
	@scripts/test clients

contract: ## write the schema of Stripe's objects anew, after a new version of the SDK
	@scripts/need python3 venv
	@scripts/clients schema

e2e: ## the built program and a real browser
	@scripts/need cargo cc cmake python3 venv chromium chromedriver
	@scripts/test browser

screenshots: ## every page of ours, bright and dark, on a phone and on a desk: target/screenshots
	@scripts/need cargo cc cmake python3 venv chromium chromedriver
	scripts/clients axe
	TOLLHOUSE_SCREENSHOTS="$(abspath $(TARGET))/screenshots" cargo test --workspace --locked --test e2e axe_finds_nothing

bench: ## how fast: the rules by themselves, and whole requests
	@scripts/need cargo cc cmake curl nginx wrk
	cargo bench --locked --bench rules
	cargo build --release --locked --bin tollhouse
	scripts/bench-requests

prove: ## kills, power cuts, failing disks and load, for long: writes RELIABILITY.md
	@scripts/need cargo cc cmake git strace mkfs.ext4
	scripts/prove

attack: ## everything that we know of against the gate, in front of websites of every make
	@scripts/need cargo cc cmake nginx apache2 lighttpd caddy tomcat10 python3 node npm
	scripts/attack

fuzz: ## inputs invented by libFuzzer, a minute for each target; SECONDS=300 for longer
	@scripts/need cargo cc cmake git nginx
	scripts/fuzz $(or $(SECONDS),60)
