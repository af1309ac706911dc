# make up      build, find the agents here, keep watching        (ARGS="--once" and other flags of `trammel up`)
# make demo    the same on a made-up machine
# make test    everything that must hold, tests of the real program included
# make bench   speed, beside named peers        make fuzz   the decoders, for FUZZ_SECONDS each
# make lint    formatting                       make install   the release build, into PREFIX

SHELL := /bin/sh
SCRATCH := $(or $(TRAMMEL_SCRATCH),.build)
BIN := $(SCRATCH)/debug
PREFIX ?= /usr/local
BUILD_PACKAGES := libsqlite3-dev zlib1g-dev libzstd-dev libyaml-dev
.PHONY: up demo build release test test-unit test-system test-browser test-agents test-release bench fuzz lint format install uninstall clean

up: build
	@$(BIN)/trammel up $(ARGS)

demo: build
	@$(BIN)/trammel up --demo $(ARGS)

build:
	@Scripts/need $(BUILD_PACKAGES)
	@Scripts/build debug

release:
	@Scripts/need $(BUILD_PACKAGES) lld
	@Scripts/build release

test:
	@Scripts/test

test-unit:
	@Scripts/test unit

test-system:
	@Scripts/test system

test-browser:
	@Scripts/test browser

test-agents:
	@Scripts/test agents

test-release:
	@Scripts/test release

lint:
	@Scripts/lint

format:
	@swift format -i -r Sources Tests Plugins Package.swift

bench:
	@Scripts/bench $(BENCH)

fuzz:
	@Scripts/fuzz $(FUZZ_SECONDS)

install: release
	@install -d "$(DESTDIR)$(PREFIX)/bin"
	@install -m 0755 "$$(Scripts/build release-path)" "$(DESTDIR)$(PREFIX)/bin/trammel"
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/trammel. Take it back with: make uninstall"

uninstall:
	@rm -f "$(DESTDIR)$(PREFIX)/bin/trammel"

clean:
	@rm -rf "$(SCRATCH)" .build-release
