# The fuzz programs: replayed on their seeds by `make test`, run with libFuzzer by `make fuzz`.

# The fuzz programs without the fuzzer, on the seeds it starts from and on what it found: quick, and on any machine.
FUZZ_TESTS := $(patsubst Tests/fuzz/%.c,%,$(wildcard Tests/fuzz/fuzz_*.c))

$(BUILD)/replay/fuzz_%: Tests/fuzz/fuzz_%.c Tests/fuzz/replay.c Tests/fuzz/harness.h $(STAGE)/lib/pkgconfig/mcpauth.pc
	@mkdir -p $(@D)
	@echo 'cc replay $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) $(SANITIZE) $< Tests/fuzz/replay.c -o $@ \
	  -Wl,-rpath,$(STAGE)/lib $$($(PKG_CONFIG) --cflags --libs mcpauth libcrypto jansson)

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
FUZZ_OBJECTS = $(patsubst %,$(FUZZ)/swift/release/MCPAuthABI.build/%.o,$(notdir $(filter Sources/%.swift,$(LIBRARY_SOURCES))))

$(FUZZ)/instrumented: $(LIBRARY_SOURCES) $(HEADER_SEEN)
	$(ONE_MODULE) $(SWIFT) build -c release --target MCPAuthABI --scratch-path $(FUZZ)/swift -Xswiftc -sanitize=fuzzer,address
	@touch $@

$(FUZZ)/bin/fuzz_%: Tests/fuzz/fuzz_%.c Tests/fuzz/harness.h $(FUZZ)/instrumented
	@mkdir -p $(@D)
	@echo 'cc $(notdir $@)'; $(TOOLCHAIN_CC) -std=gnu11 $(C_STRICT) -O1 -g -fsanitize=fuzzer,address -fuse-ld=lld -Iinclude \
	  $< $(FUZZ_OBJECTS) -o $@ $$(pkg-config --cflags --libs libcrypto libcurl) -lm

# The JSON reader by itself, beside others: mk/json.mk has its parts.
$(FUZZ)/json_probe.o: $(JSON_SOURCES)
	@mkdir -p $(@D)
	@echo 'swiftc $(notdir $@)'; $(JSON_SWIFTC) -sanitize=fuzzer,address -c $(JSON_SOURCES) -o $@

# The coverage is of the Swift code alone, and what it is compared with runs at full speed.
$(FUZZ)/bin/fuzz_reader: Tests/fuzz/fuzz_reader.cpp $(addprefix $(BUILD)/json/,comparison.o readers.o) $(FUZZ)/json_probe.o
	@mkdir -p $(@D)
	@echo 'c++ $(notdir $@)'; $(TOOLCHAIN_CC)++ -std=c++17 $(C_STRICT) -O1 -g -fsanitize=fuzzer,address -fuse-ld=lld \
	  -ITests/json $^ -o $@ $$(pkg-config --libs jansson simdjson) -lm

.PHONY: fuzz
fuzz: $(addprefix $(FUZZ)/bin/,$(FUZZ_TESTS) fuzz_reader) ## fuzz each kind of input for SECONDS (60)
	@Tests/fuzz/run.sh $(FUZZ)/bin $(FUZZ) $(FUZZ_SECONDS)
