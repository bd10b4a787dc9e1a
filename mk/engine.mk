# The engine itself: its unit tests, and the C programs on a debug build of it with ThreadSanitizer or AddressSanitizer.

# no_proxy: so that going past a proxy that was asked for (Tests/HTTPFetchTests) would be noticed.
SWIFT_TEST := no_proxy='*' timeout 3000 $(SWIFT) test

.PHONY: test-swift
test-swift: $(HEADER_SEEN) ## the Swift unit tests (debug build)
	$(SWIFT) build --build-tests
	$(SWIFT_TEST) --skip-build

# The library itself under ThreadSanitizer and AddressSanitizer: a debug build, as release builds have no runtime for them.
# The toolchain's own compiler makes the programs, so that both sides have the same sanitizer.
TOOLCHAIN     = $(shell $(SWIFT) -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
TOOLCHAIN_CC  = $(abspath $(TOOLCHAIN)/../../bin/clang)
# Its ThreadSanitizer knows libdispatch, and so has to be linked with it.
TOOLCHAIN_LIB = $(TOOLCHAIN)/linux
# Those with threads; under AddressSanitizer all of them.
THREADED_TESTS := test_async test_cache test_fetching test_keys test_lifetime test_operators test_pressure test_processes \
  test_queue test_queue_lifetime test_threads

# engine SANITIZER: rules for the library and programs with it.
define engine
# SwiftPM links each build of this package as an Embedded one, without the object that tells the runtime of the library's
# types: without it the first use of a generic one crashes.
$(BUILD)/engine-$(1)/libmcpauth.so: $(LIBRARY_SOURCES) $(HEADER_SEEN)
	$(SWIFT) build --sanitize=$(1) --product mcpauth --scratch-path $$(@D)/swift \
	  -Xlinker $$(TOOLCHAIN_LIB)/$$$$(uname -m)/swiftrt.o
	@install -m 755 $$(@D)/swift/debug/libmcpauth.so $$@

$(BUILD)/engine-$(1)/test_%: Tests/c/test_%.c $(C_SHARED) $(C_HEADERS) $(BUILD)/engine-$(1)/libmcpauth.so
	$$(call build_engine_test,$(1),$$< $(C_SHARED))

$(BUILD)/engine-$(1)/fault_injection: $(FAULT_SOURCES) $(FAULT_HEADERS) $(BUILD)/engine-$(1)/libmcpauth.so
	$$(call build_engine_test,$(1),$(FAULT_SOURCES))

$(BUILD)/engine-$(1)/seeded_%: Tests/engine/seeded_%.c $(BUILD)/engine-$(1)/libmcpauth.so
	$$(call build_engine_test,$(1),$$<)
endef

# build_engine_test SANITIZER,SOURCES
define build_engine_test
@echo 'cc $(notdir $@), $(1)'; $(TOOLCHAIN_CC) -std=gnu11 $(C_STRICT) -O1 -g -fsanitize=$(1) -fuse-ld=lld \
  -Iinclude -ITests/c $(C_VECTORS) $(2) -o $@ -L$(@D) -Wl,-rpath,$(@D) -L$(TOOLCHAIN_LIB) -Wl,-rpath,$(TOOLCHAIN_LIB) \
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
test-tsan: $(TSAN_PROGRAMS) $(addprefix $(BUILD)/engine-thread/,seeded_race fault_injection) ## the engine under ThreadSanitizer
	@$(WITH_TOOLCHAIN) Tests/c/checkers.sh 'SUMMARY: ThreadSanitizer: data race .*\.swift:[0-9]*' \
	  $(BUILD)/engine-thread/seeded_race
	@$(WITH_TOOLCHAIN) TSAN_OPTIONS=$(TSAN) Tests/c/run.sh $(TSAN_PROGRAMS)
	@$(WITH_TOOLCHAIN) TSAN_OPTIONS=$(TSAN) Tests/faults/run.sh $(BUILD)/engine-thread/fault_injection
	$(SWIFT) build --build-tests $(SWIFT_TSAN)
	TSAN_OPTIONS=halt_on_error=1 $(SWIFT_TEST) --skip-build $(SWIFT_TSAN) \
	  --filter 'HTTPFetchTests|KeyServiceTests|ResourceServerTests|LibraryThreadTests|HostTests'

.PHONY: test-asan
test-asan: $(ASAN_PROGRAMS) $(addprefix $(BUILD)/engine-address/,seeded_overread fault_injection) ## the same under AddressSanitizer
	@$(WITH_TOOLCHAIN) Tests/c/checkers.sh 'SUMMARY: AddressSanitizer: heap-buffer-overflow .*\.swift:[0-9]*' \
	  $(BUILD)/engine-address/seeded_overread
	@$(WITH_TOOLCHAIN) Tests/c/run.sh $(ASAN_PROGRAMS)
	@$(WITH_TOOLCHAIN) Tests/faults/run.sh $(BUILD)/engine-address/fault_injection
