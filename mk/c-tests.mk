# The C programs of Tests/c and Tests/faults, on the installed release library.

C_TESTS   := $(patsubst Tests/c/%.c,%,$(wildcard Tests/c/test_*.c))
C_SEEDED  := $(patsubst Tests/c/%.c,%,$(wildcard Tests/c/seeded_*.c))
C_SHARED  := Tests/c/fixture.c Tests/c/tokens.c Tests/c/key_server.c
C_HEADERS := $(wildcard Tests/c/*.h)
# Tables that tests in several languages read.
C_VECTORS := -DVECTORS='"$(CURDIR)/Tests/vectors"'
SANITIZE  := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

# build_c_test FURTHER_FLAGS: a program of Tests/c against the staged library.
define build_c_test
@mkdir -p $(@D)
@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) $(C_VECTORS) $(1) $< $(C_SHARED) -o $@ \
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
	@Tests/c/run.sh $(if $(RUN_TARGET),--under '$(RUN_TARGET)') $^

# The same library before it was stripped, so that a report names functions and lines.
WITH_SYMBOLS := LD_LIBRARY_PATH=$(BUILD)/lib

# The examples that a client or an issuer can provoke, with what they have to stand besides the official client.
PROVOKED := mcp_server_uv check_issuer

$(BUILD)/sanitized/examples/%: examples-c/%.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_example,$(SANITIZE))

$(BUILD)/sanitized/examples/%: examples-c/%/main.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
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
	  'LeakSanitizer: detected memory leaks' $(BUILD)/sanitized/seeded_leak \
	  'waits for something that does not come' $(BUILD)/sanitized/seeded_wait
	@$(WITH_SYMBOLS) Tests/c/run.sh $(addprefix $(BUILD)/sanitized/,$(C_TESTS))
	@$(WITH_SYMBOLS) EXAMPLES=$(BUILD)/sanitized/examples $(PYTEST) Tests/e2e/test_loop.py Tests/e2e/test_check_issuer.py
	@TSAN_OPTIONS=$(TSAN_OF_EXAMPLES) EXAMPLES=$(BUILD)/threads/examples $(PYTEST) Tests/e2e/test_loop.py \
	  -k 'nobody or leave or left or end or pipelined or many'

# Fault injection at the issuer: Tests/faults/fault_injection.c says which.
FAULT_SOURCES := $(wildcard Tests/faults/*.c) Tests/c/tokens.c
FAULT_HEADERS := $(wildcard Tests/faults/*.h) $(C_HEADERS)

$(BUILD)/tests/fault_injection: $(FAULT_SOURCES) $(FAULT_HEADERS) $(STAGE)/lib/pkgconfig/mcpauth.pc
	@mkdir -p $(@D)
	@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) -ITests/c $(FAULT_SOURCES) -o $@ \
	  -Wl,-rpath,$(STAGE)/lib -pthread $$($(PKG_CONFIG) --cflags --libs mcpauth jansson libcrypto)

.PHONY: test-faults
test-faults: $(BUILD)/tests/fault_injection ## fault injection at the issuer, with threads that verify all the while
	@Tests/faults/run.sh $<

VALGRIND := valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
  --num-callers=30 --error-exitcode=99 --fair-sched=try

.PHONY: test-valgrind
test-valgrind: examples $(addprefix $(BUILD)/tests/,$(C_TESTS)) ## the examples and the C programs under valgrind
	@$(WITH_SYMBOLS) PKG_CONFIG_PATH=$(STAGE)/lib/pkgconfig CC=$(CC) Tests/c/valgrind.sh $(BUILD)/examples
	@$(WITH_SYMBOLS) Tests/c/run.sh --under '$(VALGRIND)' $(addprefix $(BUILD)/tests/,$(C_TESTS))
