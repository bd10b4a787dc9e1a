# libmcpauth: the one front door. `make help` lists the targets; mk/ holds how each is done.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The header says which version this is; everything else takes it from there, and Tests/packaging compares them.
version_part = $(shell sed -n 's/^\#define MCPAUTH_VERSION_$(1) //p' include/mcpauth.h)
MAJOR     := $(call version_part,MAJOR)
MINOR     := $(call version_part,MINOR)
VERSION   := $(MAJOR).$(MINOR).$(call version_part,PATCH)
# Until 1.0.0 a new minor version may break programs, so each has a name of its own for the loader.
SOVERSION := $(if $(filter 0,$(MAJOR)),0.$(MINOR),$(MAJOR))
SONAME    := libmcpauth.so.$(SOVERSION)
REALNAME  := libmcpauth.so.$(VERSION)

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DESTDIR    ?=

SWIFT   ?= swift
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
CXX     := $(if $(filter default,$(origin CXX)),g++,$(CXX))
CFLAGS  ?= -O2 -g
# What every C file of this project is compiled with, whatever CFLAGS says.
C_STRICT   := -Wall -Wextra -Wpedantic -Werror
BUILD      := $(CURDIR)/build
STAGE      := $(BUILD)/stage
VENV       := $(BUILD)/venv
PKG_CONFIG := PKG_CONFIG_PATH=$(STAGE)/lib/pkgconfig pkg-config

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

.PHONY: setup-build
setup-build: # what the library and the examples need: Debian packages, nothing of PyPI
	@tools/setup.sh build

.PHONY: setup
setup: ## install what build and tests need: Debian packages, a Python environment
	@tools/setup.sh tests $(VENV)

.PHONY: all
all: $(BUILD)/lib/$(REALNAME) ## build the release library into build/lib

# In this order: a file uses what those above it define.
include mk/target.mk mk/library.mk mk/install.mk mk/package.mk mk/examples.mk mk/c-tests.mk mk/engine.mk
include mk/docs.mk mk/checks.mk mk/cpp.mk mk/adapters.mk mk/languages.mk mk/nginx.mk mk/json.mk mk/fuzz.mk mk/mutate.mk
include mk/bench.mk mk/machines.mk mk/tools.mk mk/arm64.mk mk/dist.mk

.PHONY: examples
examples: $(EXAMPLES) $(CPP_EXAMPLES) ## build the example programs into build/examples

.PHONY: examples-c
examples-c: $(EXAMPLES) # those in C, which need no more than the demo does

.PHONY: demo
demo: setup-build ## see it work: one request of each kind, and a whole login, against issuer and server on this machine
	@$(MAKE) examples-c
	@tools/demo.sh $(BUILD)/examples
	@tools/demo_login.sh $(BUILD)/examples

.PHONY: demo-client
demo-client: setup ## the same login by the official MCP client for Python
	@$(MAKE) examples-c
	@$(VENV)/bin/python tools/demo_client.py $(BUILD)/examples

# Everything CI needs, cheapest first. Each part can be run alone after `make setup`.
TEST_PARTS := test-packaging test-c test-cpp test-json test-sanitizers test-attacks test-fuzz test-providers test-parity test-e2e \
  test-adapters test-languages test-nginx test-dev-issuer test-judges test-servers test-docs test-faults test-valgrind test-swift \
  test-dist
# Those with a build or a system of their own run beside the others.
TEST_PARTS_ELSEWHERE := test-tsan test-asan test-trixie test-arm64

.PHONY: test
test: setup setup-arm64 all ## run all tests
	@tools/run_parts.sh '$(TEST_PARTS)' '$(TEST_PARTS_ELSEWHERE)'

.PHONY: print-version
print-version: # for scripts
	@echo $(VERSION) $(SONAME)

.PHONY: clean
clean: ## remove everything that was built, but not the Python environments
	rm -rf .build $(filter-out $(VENV) $(SERVERS),$(wildcard $(BUILD)/*))
