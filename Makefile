# libmcpauth: the one front door. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The header says which version this is; everything else takes it from there, and Tests/packaging compares them.
version_part = $(shell sed -n 's/^\#define MCPAUTH_VERSION_$(1) //p' include/mcpauth.h)
SOVERSION := $(call version_part,MAJOR)
VERSION   := $(SOVERSION).$(call version_part,MINOR).$(call version_part,PATCH)
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
C_STRICT   := -std=c11 -Wall -Wextra -Wpedantic -Werror
BUILD      := $(CURDIR)/build
STAGE      := $(BUILD)/stage
VENV       := $(BUILD)/venv
PKG_CONFIG := PKG_CONFIG_PATH=$(STAGE)/lib/pkgconfig pkg-config

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# ---- what build and tests need ----------------------------------------------------------------------------------

.PHONY: setup
setup: ## install what build and tests need: Debian packages, a Python environment
	@tools/setup.sh $(VENV)

# ---- the library ------------------------------------------------------------------------------------------------

LIBRARY_SOURCES := Package.swift include/mcpauth.h pkgconfig/mcpauth.map $(shell find Sources -type f)
LINK_FLAGS := -soname=$(SONAME) --version-script=$(CURDIR)/pkgconfig/mcpauth.map --no-undefined-version \
  -z defs -z now -z nodelete --gc-sections -lm

.PHONY: all
all: $(BUILD)/lib/$(REALNAME) ## build the release library into build/lib

$(BUILD)/lib/$(REALNAME): $(LIBRARY_SOURCES) Makefile
	@command -v $(SWIFT) >/dev/null || { echo "$(SWIFT) is not on PATH: install the Swift 6.3 toolchain from" \
	  "https://www.swift.org/install and put its usr/bin on PATH" >&2; exit 1; }
	@rm -f .build/release/libmcpauth.so # the linker's flags are no input SwiftPM knows of
	$(SWIFT) build -c release --product mcpauth --disable-local-rpath $(addprefix -Xlinker ,$(LINK_FLAGS))
	@install -D -m 755 .build/release/libmcpauth.so $@
	@ln -sfn $(REALNAME) $(@D)/$(SONAME)
	@ln -sfn $(SONAME) $(@D)/libmcpauth.so

$(BUILD)/stripped/$(REALNAME): $(BUILD)/lib/$(REALNAME)
	@mkdir -p $(@D)
	strip --strip-unneeded -o $@ $<

# ---- install ----------------------------------------------------------------------------------------------------

# pcfiledir makes the installed tree relocatable: see mcpauth.pc.in.
define write_pc
sed -e 's|@VERSION@|$(VERSION)|' \
    -e "s|@UP@|$$(realpath -m --relative-to='$(LIBDIR)/pkgconfig' '$(PREFIX)')|" \
    -e "s|@LIBDIR@|$$(realpath -m --relative-to='$(PREFIX)' '$(LIBDIR)')|" \
    -e "s|@INCLUDEDIR@|$$(realpath -m --relative-to='$(PREFIX)' '$(INCLUDEDIR)')|" pkgconfig/mcpauth.pc.in
endef

HEADERS := $(wildcard include/mcpauth.h include/mcpauth.hpp)

.PHONY: install
install: $(BUILD)/stripped/$(REALNAME) ## install under PREFIX (default /usr/local), below DESTDIR when given
	@install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(INCLUDEDIR)'
	install -m 644 $(HEADERS) '$(DESTDIR)$(INCLUDEDIR)'
	install -m 755 $(BUILD)/stripped/$(REALNAME) '$(DESTDIR)$(LIBDIR)'
	@ln -sfn $(REALNAME) '$(DESTDIR)$(LIBDIR)/$(SONAME)'
	@ln -sfn $(SONAME) '$(DESTDIR)$(LIBDIR)/libmcpauth.so'
	@$(write_pc) > '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'
	@chmod 644 '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'

.PHONY: uninstall
uninstall: ## remove what install put there (same PREFIX and DESTDIR)
	rm -f $(foreach header,$(notdir $(HEADERS)),'$(DESTDIR)$(INCLUDEDIR)/$(header)') \
	  $(foreach library,$(REALNAME) $(SONAME) libmcpauth.so,'$(DESTDIR)$(LIBDIR)/$(library)') \
	  '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'

# Examples and tests use the library as a user does: installed, found through pkg-config.
$(STAGE)/lib/pkgconfig/mcpauth.pc: $(BUILD)/stripped/$(REALNAME) $(HEADERS) pkgconfig/mcpauth.pc.in
	@rm -rf $(STAGE)
	@$(MAKE) install PREFIX=$(STAGE) DESTDIR= LIBDIR=$(STAGE)/lib INCLUDEDIR=$(STAGE)/include

# ---- examples ---------------------------------------------------------------------------------------------------

EXAMPLES := $(patsubst examples-c/%.c,$(BUILD)/examples/%,$(wildcard examples-c/*.c))

.PHONY: examples
examples: $(EXAMPLES) ## build the example programs into build/examples

# A program names the further pkg-config packages it needs in a line `pkg-config: libmicrohttpd ...` of its opening comment.
$(BUILD)/examples/%: examples-c/%.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	@mkdir -p $(@D)
	@packages="$$(sed -nE '1,30s/^.*pkg-config: *([a-z0-9 ._-]+).*$$/\1/p' $<)"; \
	set -x; $(CC) $(C_STRICT) $(CFLAGS) $< -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
	  $$($(PKG_CONFIG) --cflags --libs mcpauth $$packages)

.PHONY: demo
demo: setup ## see it work: issuer and server are started, one request of each kind is sent
	@$(MAKE) examples
	@tools/demo.sh $(BUILD)/examples

# ---- tests ------------------------------------------------------------------------------------------------------

# Everything CI needs. Each part can be run alone.
.PHONY: test
test: setup ## run all tests
	@$(MAKE) test-swift
	@$(MAKE) test-attacks

.PHONY: test-swift
test-swift: ## the Swift unit tests (debug build)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

.PHONY: test-attacks
test-attacks: setup $(STAGE)/lib/pkgconfig/mcpauth.pc ## the attacks on the installed library, and what others make of the same tokens
	MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so $(VENV)/bin/python -m pytest -q -p no:cacheprovider Tests/attacks

.PHONY: clean
clean: ## remove everything that was built, but not the Python environment
	rm -rf .build $(filter-out $(VENV),$(wildcard $(BUILD)/*))
