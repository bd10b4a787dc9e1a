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
C_STRICT   := -Wall -Wextra -Wpedantic -Werror
BUILD      := $(CURDIR)/build
STAGE      := $(BUILD)/stage
VENV       := $(BUILD)/venv
PKG_CONFIG := PKG_CONFIG_PATH=$(STAGE)/lib/pkgconfig pkg-config

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# ---- what build and tests need ----------------------------------------------------------------------------------

.PHONY: setup
setup: ## install what build and tests need: Debian packages, a Python environment
	@tools/setup.sh $(VENV)

# ---- the library ------------------------------------------------------------------------------------------------

LIBRARY_SOURCES := Package.swift include/mcpauth.h pkgconfig/mcpauth.map $(shell find Sources -type f)
# A thirteenth of the library's size. Loaders before glibc 2.36 refuse it: `make RELR=` builds for those.
RELR := $(if $(shell getconf GNU_LIBC_VERSION 2>/dev/null | \
  awk '{ split($$2, v, "."); if (v[1] > 2 || v[1] == 2 && v[2] >= 36) print "yes" }'),-z pack-relative-relocs)

# lld comes with the toolchain. Unlike gold, its dynamic symbol table holds the exported functions and nothing else, and
# it folds functions of identical code, of which there are many in Embedded Swift.
LINK_FLAGS := -soname=$(SONAME) --version-script=$(CURDIR)/pkgconfig/mcpauth.map --no-undefined-version \
  -z defs -z relro -z now -z nodelete --gc-sections --icf=all -O2 -lm $(RELR)

# Without frame pointers the library is 3 percent smaller. `make FRAME_POINTERS=yes` builds it for profilers that walk them.
FRAME_POINTERS ?=
FRAME_POINTER_FLAG := $(if $(filter yes,$(FRAME_POINTERS)),--no-omit-frame-pointers,--omit-frame-pointers)

.PHONY: all
all: $(BUILD)/lib/$(REALNAME) ## build the release library into build/lib

# Written anew when what the library is built with is another than the last time.
BUILT_WITH := $(FRAME_POINTER_FLAG) $(LINK_FLAGS)
$(BUILD)/built-with: FORCE
	@mkdir -p $(@D)
	@echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' > $@

.PHONY: FORCE
FORCE:

$(BUILD)/lib/$(REALNAME): $(LIBRARY_SOURCES) Makefile $(BUILD)/built-with
	@command -v $(SWIFT) >/dev/null || { echo "$(SWIFT) is not on PATH: install the Swift 6.3 toolchain from" \
	  "https://www.swift.org/install and put its usr/bin on PATH" >&2; exit 1; }
	@rm -f .build/release/libmcpauth.so # the linker's flags are no input SwiftPM knows of
	$(SWIFT) build -c release --product mcpauth --disable-local-rpath $(FRAME_POINTER_FLAG) -Xswiftc -use-ld=lld \
	  $(addprefix -Xlinker ,$(LINK_FLAGS))
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

# Absolute, as the packages are for Debian's own layout.
MULTIARCH = $(shell $(CC) -print-multiarch)

.PHONY: deb
deb: $(BUILD)/stripped/$(REALNAME) ## Debian packages of library and development files, into build/deb
	@rm -rf $(BUILD)/deb
	@$(MAKE) install PREFIX=/usr LIBDIR=/usr/lib/$(MULTIARCH) INCLUDEDIR=/usr/include DESTDIR=$(BUILD)/deb/tree >/dev/null
	@tools/deb.sh $(BUILD)/deb/tree $(VERSION) $(SOVERSION) $(BUILD)/deb

# Examples and tests use the library as a user does: installed, found through pkg-config.
$(STAGE)/lib/pkgconfig/mcpauth.pc: $(BUILD)/stripped/$(REALNAME) $(HEADERS) pkgconfig/mcpauth.pc.in
	@rm -rf $(STAGE)
	@$(MAKE) install PREFIX=$(STAGE) DESTDIR= LIBDIR=$(STAGE)/lib INCLUDEDIR=$(STAGE)/include

# ---- examples ---------------------------------------------------------------------------------------------------

EXAMPLES := $(patsubst examples-c/%.c,$(BUILD)/examples/%,$(wildcard examples-c/*.c))

.PHONY: examples
examples: $(EXAMPLES) ## build the example programs into build/examples

# build_example FURTHER_FLAGS: a program names the further pkg-config packages it needs in a line
# `pkg-config: libmicrohttpd ...` of its opening comment.
define build_example
@mkdir -p $(@D)
@packages="$$(sed -nE '1,30s/^.*pkg-config: *([a-z0-9 ._-]+).*$$/\1/p' $<)"; \
echo 'cc $(notdir $@)'; $(CC) -std=c11 $(C_STRICT) $(CFLAGS) $(1) $< -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
  $$($(PKG_CONFIG) --cflags --libs mcpauth $$packages)
endef

$(BUILD)/examples/%: examples-c/%.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_example,)

.PHONY: demo
demo: setup ## see it work: issuer and server are started, one request of each kind is sent
	@$(MAKE) examples
	@tools/demo.sh $(BUILD)/examples

# ---- tests ------------------------------------------------------------------------------------------------------

# Everything CI needs, cheapest first. Each part can be run alone after `make setup`.
TEST_PARTS := test-packaging test-c test-sanitizers test-attacks test-fuzz test-providers test-parity test-e2e \
  test-docs test-faults test-valgrind test-swift test-asan test-tsan

.PHONY: test
test: setup ## run all tests
	@failed=; for part in $(TEST_PARTS); do \
	  echo "== $$part"; SECONDS=0; $(MAKE) -j$$(nproc) $$part || failed+=" $$part"; echo "-- $$part: $$SECONDS s"; \
	done; if [ -n "$$failed" ]; then echo "failed:$$failed" >&2; exit 1; fi

C_TESTS   := $(patsubst Tests/c/%.c,%,$(wildcard Tests/c/test_*.c))
C_SEEDED  := $(patsubst Tests/c/%.c,%,$(wildcard Tests/c/seeded_*.c))
C_SHARED  := Tests/c/fixture.c Tests/c/tokens.c Tests/c/key_server.c
C_HEADERS := $(wildcard Tests/c/*.h)
SANITIZE  := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

# build_c_test FURTHER_FLAGS: a program of Tests/c against the staged library.
define build_c_test
@mkdir -p $(@D)
@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) $(1) $< $(C_SHARED) -o $@ \
  -Wl,-rpath,$(STAGE)/lib -pthread $$($(PKG_CONFIG) --cflags --libs mcpauth libmicrohttpd jansson libcrypto)
endef

$(BUILD)/tests/test_%: Tests/c/test_%.c $(C_SHARED) $(C_HEADERS) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_c_test,)

$(BUILD)/sanitized/test_%: Tests/c/test_%.c $(C_SHARED) $(C_HEADERS) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_c_test,$(SANITIZE))

$(BUILD)/sanitized/seeded_%: Tests/c/seeded_%.c $(STAGE)/lib/pkgconfig/mcpauth.pc
	@mkdir -p $(@D)
	@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) $(SANITIZE) $< -o $@ -Wl,-rpath,$(STAGE)/lib \
	  $$($(PKG_CONFIG) --cflags --libs mcpauth)

.PHONY: test-c
test-c: $(addprefix $(BUILD)/tests/,$(C_TESTS)) ## the C programs on the installed release library
	@Tests/c/run.sh $^

# The same library before it was stripped, so that a report names functions and lines.
WITH_SYMBOLS := LD_LIBRARY_PATH=$(BUILD)/lib

# The examples that a client or an issuer can provoke, with what they have to stand besides the official client.
PROVOKED := mcp_server_uv check_issuer

$(BUILD)/sanitized/examples/%: examples-c/%.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_example,$(SANITIZE))

$(BUILD)/threads/examples/%: examples-c/%.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_example,-fsanitize=thread)

# What the library does is not seen, only what the example does on the library's threads: see test-tsan for the library.
TSAN_OF_EXAMPLES := ignore_noninstrumented_modules=1

.PHONY: test-sanitizers
test-sanitizers: $(addprefix $(BUILD)/sanitized/examples/,$(PROVOKED)) $(BUILD)/threads/examples/mcp_server_uv
test-sanitizers: $(addprefix $(BUILD)/sanitized/,$(C_TESTS) $(C_SEEDED)) ## the C programs with ASan, LSan and UBSan
	@Tests/c/checkers.sh heap-buffer-overflow $(BUILD)/sanitized/seeded_overflow \
	  'signed integer overflow' $(BUILD)/sanitized/seeded_undefined \
	  'LeakSanitizer: detected memory leaks' $(BUILD)/sanitized/seeded_leak
	@$(WITH_SYMBOLS) Tests/c/run.sh $(addprefix $(BUILD)/sanitized/,$(C_TESTS))
	@$(WITH_SYMBOLS) EXAMPLES=$(BUILD)/sanitized/examples $(PYTEST) Tests/e2e/test_loop.py Tests/e2e/test_check_issuer.py
	@TSAN_OPTIONS=$(TSAN_OF_EXAMPLES) EXAMPLES=$(BUILD)/threads/examples $(PYTEST) Tests/e2e/test_loop.py \
	  -k 'nobody or leave or left or end or pipelined or many'

# The issuer's bad days: Tests/faults/bad_days.c says which.
BAD_DAYS := $(wildcard Tests/faults/*.c) Tests/c/tokens.c
BAD_DAYS_HEADERS := $(wildcard Tests/faults/*.h) $(C_HEADERS)

$(BUILD)/tests/bad_days: $(BAD_DAYS) $(BAD_DAYS_HEADERS) $(STAGE)/lib/pkgconfig/mcpauth.pc
	@mkdir -p $(@D)
	@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) -ITests/c $(BAD_DAYS) -o $@ \
	  -Wl,-rpath,$(STAGE)/lib -pthread $$($(PKG_CONFIG) --cflags --libs mcpauth jansson libcrypto)

.PHONY: test-faults
test-faults: $(BUILD)/tests/bad_days ## an issuer's bad days, with threads that verify all the while
	@Tests/faults/run.sh $<

# ---- the engine under sanitizers ---------------------------------------------------------------------------------

# The library itself under ThreadSanitizer and AddressSanitizer: a debug build, as release builds have no runtime for them.
# The toolchain's own compiler makes the programs, so that both sides have the same sanitizer.
TOOLCHAIN     = $(shell $(SWIFT) -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
TOOLCHAIN_CC  = $(abspath $(TOOLCHAIN)/../../bin/clang)
# Its ThreadSanitizer knows libdispatch, and so has to be linked with it.
TOOLCHAIN_LIB = $(TOOLCHAIN)/linux
# Those with threads; under AddressSanitizer all of them.
THREADED_TESTS := test_async test_cache test_fetching test_keys test_lifetime test_operators test_processes test_threads

# engine SANITIZER: rules for the library and programs with it.
define engine
# SwiftPM links each build of this package as an Embedded one, without the object that tells the runtime of the library's
# types: without it the first use of a generic one crashes.
$(BUILD)/engine-$(1)/libmcpauth.so: $(LIBRARY_SOURCES)
	$(SWIFT) build --sanitize=$(1) --product mcpauth --scratch-path $$(@D)/swift \
	  -Xlinker $$(TOOLCHAIN_LIB)/$$$$(uname -m)/swiftrt.o
	@install -m 755 $$(@D)/swift/debug/libmcpauth.so $$@

$(BUILD)/engine-$(1)/test_%: Tests/c/test_%.c $(C_SHARED) $(C_HEADERS) $(BUILD)/engine-$(1)/libmcpauth.so
	$$(call build_engine_test,$(1),$$< $(C_SHARED))

$(BUILD)/engine-$(1)/bad_days: $(BAD_DAYS) $(BAD_DAYS_HEADERS) $(BUILD)/engine-$(1)/libmcpauth.so
	$$(call build_engine_test,$(1),$(BAD_DAYS))

$(BUILD)/engine-$(1)/seeded_%: Tests/engine/seeded_%.c $(BUILD)/engine-$(1)/libmcpauth.so
	$$(call build_engine_test,$(1),$$<)
endef

# build_engine_test SANITIZER,SOURCES
define build_engine_test
@echo 'cc $(notdir $@), $(1)'; $(TOOLCHAIN_CC) -std=gnu11 $(C_STRICT) -O1 -g -fsanitize=$(1) -fuse-ld=lld \
  -Iinclude -ITests/c $(2) -o $@ -L$(@D) -Wl,-rpath,$(@D) -L$(TOOLCHAIN_LIB) -Wl,-rpath,$(TOOLCHAIN_LIB) \
  -pthread -lmcpauth -ldispatch -lBlocksRuntime $$(pkg-config --cflags --libs libmicrohttpd jansson libcrypto)
endef
$(eval $(call engine,thread))
$(eval $(call engine,address))

WITH_TOOLCHAIN = LD_LIBRARY_PATH=$(TOOLCHAIN_LIB)
TSAN_PROGRAMS := $(addprefix $(BUILD)/engine-thread/,$(THREADED_TESTS))
ASAN_PROGRAMS := $(addprefix $(BUILD)/engine-address/,$(C_TESTS))

# A child of fork verifies with threads of its own, which ThreadSanitizer has to be told to expect.
TSAN := die_after_fork=0:halt_on_error=1
SWIFT_TSAN := --sanitize=thread --scratch-path $(BUILD)/engine-thread/tests

.PHONY: test-tsan
test-tsan: $(TSAN_PROGRAMS) $(addprefix $(BUILD)/engine-thread/,seeded_race bad_days) ## the engine under ThreadSanitizer
	@$(WITH_TOOLCHAIN) Tests/c/checkers.sh 'SUMMARY: ThreadSanitizer: data race .*\.swift:[0-9]*' \
	  $(BUILD)/engine-thread/seeded_race
	@$(WITH_TOOLCHAIN) TSAN_OPTIONS=$(TSAN) Tests/c/run.sh $(TSAN_PROGRAMS)
	@$(WITH_TOOLCHAIN) TSAN_OPTIONS=$(TSAN) Tests/faults/run.sh $(BUILD)/engine-thread/bad_days
	$(SWIFT) build --build-tests $(SWIFT_TSAN)
	TSAN_OPTIONS=halt_on_error=1 $(SWIFT) test --skip-build $(SWIFT_TSAN) \
	  --filter 'HTTPFetchTests|KeyServiceTests|ResourceServerTests|LibraryThreadTests|HostTests'

.PHONY: test-asan
test-asan: $(ASAN_PROGRAMS) $(addprefix $(BUILD)/engine-address/,seeded_overread bad_days) ## the same under AddressSanitizer
	@$(WITH_TOOLCHAIN) Tests/c/checkers.sh 'SUMMARY: AddressSanitizer: heap-buffer-overflow .*\.swift:[0-9]*' \
	  $(BUILD)/engine-address/seeded_overread
	@$(WITH_TOOLCHAIN) Tests/c/run.sh $(ASAN_PROGRAMS)
	@$(WITH_TOOLCHAIN) Tests/faults/run.sh $(BUILD)/engine-address/bad_days

VALGRIND := valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
  --num-callers=30 --error-exitcode=99 --fair-sched=try

.PHONY: test-valgrind
test-valgrind: examples $(addprefix $(BUILD)/tests/,$(C_TESTS)) ## the examples and the C programs under valgrind
	@$(WITH_SYMBOLS) PKG_CONFIG_PATH=$(STAGE)/lib/pkgconfig CC=$(CC) Tests/c/valgrind.sh $(BUILD)/examples
	@$(WITH_SYMBOLS) Tests/c/run.sh --under '$(VALGRIND)' $(addprefix $(BUILD)/tests/,$(C_TESTS))

PYTEST := $(VENV)/bin/python -m pytest -q -p no:cacheprovider

.PHONY: check-abi
check-abi: $(BUILD)/lib/$(REALNAME) ## header, export list and library name the same functions
	@Tests/packaging/check-abi include/mcpauth.h pkgconfig/mcpauth.map $<

.PHONY: lint
lint: ## what can be judged without building
	@Tests/packaging/lint

.PHONY: test-packaging
test-packaging: lint check-abi $(BUILD)/stripped/$(REALNAME) ## exports, header, install, versions
	@$(PYTEST) Tests/packaging

.PHONY: test-e2e
test-e2e: examples ## the example servers against the official MCP client
	@$(PYTEST) Tests/e2e

.PHONY: test-docs
test-docs: examples ## what the README says, done
	@$(PYTEST) Tests/docs

.PHONY: test-swift
test-swift: ## the Swift unit tests (debug build)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

.PHONY: test-attacks
test-attacks: $(STAGE)/lib/pkgconfig/mcpauth.pc ## the attacks, and other implementations' verdicts, on the installed library
	@MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so $(PYTEST) -rs Tests/attacks

.PHONY: test-providers
test-providers: $(STAGE)/lib/pkgconfig/mcpauth.pc ## the recipes for identity providers, on tokens as these send them
	@MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so CC=$(CC) $(PYTEST) Tests/providers

.PHONY: test-parity
test-parity: $(STAGE)/lib/pkgconfig/mcpauth.pc ## the same requests to MCP Auth for Python and to this library
	@MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so $(PYTEST) -W ignore::DeprecationWarning Tests/parity

# The fuzz programs without the fuzzer, on the seeds it starts from and on what it found: quick, and on any machine.
FUZZ_TESTS := $(patsubst Tests/fuzz/%.c,%,$(wildcard Tests/fuzz/fuzz_*.c))

$(BUILD)/replay/fuzz_%: Tests/fuzz/fuzz_%.c Tests/fuzz/replay.c Tests/fuzz/harness.h $(STAGE)/lib/pkgconfig/mcpauth.pc
	@mkdir -p $(@D)
	@echo 'cc replay $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) $(SANITIZE) $< Tests/fuzz/replay.c -o $@ \
	  -Wl,-rpath,$(STAGE)/lib $$($(PKG_CONFIG) --cflags --libs mcpauth libcrypto)

.PHONY: test-fuzz
test-fuzz: $(addprefix $(BUILD)/replay/,$(FUZZ_TESTS)) ## the seeds and the findings of the fuzz programs
	@python3 Tests/fuzz/seeds.py $(BUILD)/replay/seeds
	@for program in $(FUZZ_TESTS); do name=$${program#fuzz_}; \
	  $(WITH_SYMBOLS) $(BUILD)/replay/$$program $(BUILD)/replay/seeds/$$name/* \
	    $$(ls Tests/fuzz/findings/$$name-* 2>/dev/null || true); done

# ---- fuzzing: with the compiler's libFuzzer, AddressSanitizer and coverage within the Swift code ---------------------

FUZZ    := $(BUILD)/fuzz
FUZZ_SECONDS := $(if $(filter command%,$(origin SECONDS)),$(SECONDS),60)
# By name: SwiftPM leaves the objects of sources that are gone where they are.
FUZZ_OBJECTS = $(foreach source,$(filter %.swift,$(LIBRARY_SOURCES)),$(if $(findstring Sources/,$(source)),\
  $(FUZZ)/swift/release/$(word 2,$(subst /, ,$(source))).build/$(notdir $(source)).o))

$(FUZZ)/instrumented: $(LIBRARY_SOURCES)
	$(SWIFT) build -c release --target MCPAuthABI --scratch-path $(FUZZ)/swift -Xswiftc -sanitize=fuzzer,address
	@touch $@

$(FUZZ)/bin/fuzz_%: Tests/fuzz/fuzz_%.c Tests/fuzz/harness.h $(FUZZ)/instrumented
	@mkdir -p $(@D)
	@echo 'cc $(notdir $@)'; $(TOOLCHAIN_CC) -std=gnu11 $(C_STRICT) -O1 -g -fsanitize=fuzzer,address -fuse-ld=lld -Iinclude \
	  $< $(FUZZ_OBJECTS) -o $@ $$(pkg-config --cflags --libs libcrypto libcurl jansson) -lm

.PHONY: fuzz
fuzz: $(addprefix $(FUZZ)/bin/,$(FUZZ_TESTS)) ## fuzz each kind of input for SECONDS (60)
	@Tests/fuzz/run.sh $(FUZZ)/bin $(FUZZ) $(FUZZ_SECONDS)

.PHONY: print-version
print-version: # for scripts
	@echo $(VERSION) $(SONAME)

# ---- benchmarks -------------------------------------------------------------------------------------------------

# A timing is never a test: these print, and nothing depends on what they print. `make bench BENCH=--quick` is rough.
BENCH_C := make_tokens threads growth first

$(BUILD)/bench/%: Tests/bench/%.c $(wildcard Tests/bench/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_bench,$<,mcpauth libcrypto)

# build_bench SOURCES,PACKAGES
define build_bench
@mkdir -p $(@D)/data
$(CC) -std=gnu11 $(C_STRICT) -Wno-pedantic -O2 -g $(1) -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
  $$($(PKG_CONFIG) --cflags --libs $(2))
endef

.PHONY: bench
bench: setup ## measure, beside OpenSSL and other libraries, which are installed for it
	@Tests/bench/setup.sh $(BUILD)/bench/venv
	@$(MAKE) bench-programs
	@python3 Tests/bench/run.py $(BUILD) $(BENCH)

.PHONY: bench-programs
bench-programs: examples $(addprefix $(BUILD)/bench/,$(BENCH_C) flood mcp_server_without_authorization)
	@if pkg-config --exists libjwt cjose librhonabwy; then $(MAKE) $(BUILD)/bench/new_token; fi
	@if pkg-config --exists libjwt; then $(MAKE) $(BUILD)/bench/first_libjwt; fi

BENCH_NEEDS := $(wildcard Tests/bench/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
CONTENDERS  := $(wildcard Tests/bench/contender_*.c)
KEY_SERVER  := Tests/c/key_server.c Tests/c/tokens.c

$(BUILD)/bench/new_token: Tests/bench/new_token.c $(CONTENDERS) $(BENCH_NEEDS)
	$(call build_bench,$< $(CONTENDERS),mcpauth libcrypto libjwt cjose librhonabwy jansson)

$(BUILD)/bench/first_libjwt: Tests/bench/first.c $(BENCH_NEEDS)
	$(call build_bench,-DLIBJWT $<,mcpauth libcrypto libjwt)

$(BUILD)/bench/flood: Tests/bench/flood.c $(KEY_SERVER) $(BENCH_NEEDS)
	$(call build_bench,$< $(KEY_SERVER),mcpauth libcrypto libmicrohttpd jansson)

$(BUILD)/bench/mcp_server_without_authorization: examples-c/mcp_server.c $(wildcard examples-c/*.h) $(BENCH_NEEDS)
	$(call build_bench,-include Tests/bench/without_authorization.h $<,mcpauth libmicrohttpd jansson)

.PHONY: clean
clean: ## remove everything that was built, but not the Python environment
	rm -rf .build $(filter-out $(VENV),$(wildcard $(BUILD)/*))
