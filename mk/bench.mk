# Benchmarks.

# A timing is never a test: these print, and nothing depends on what they print. `make bench BENCH=--quick` is rough.
BENCH_C := make_tokens threads growth first large_tokens

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

# Those that need no other library.
BENCH_ALONE := $(addprefix $(BUILD)/bench/,$(BENCH_C) flood mcp_server_without_authorization handle_c handle_cpp)
# No test runs them; that they compile is tested with what the documents say can be done.
test-docs: $(BENCH_ALONE)

.PHONY: bench-programs
bench-programs: examples $(BENCH_ALONE) $(BUILD)/bench/json
	@if pkg-config --exists libjwt cjose librhonabwy; then $(MAKE) $(BUILD)/bench/new_token; fi
	@if pkg-config --exists libjwt; then $(MAKE) $(BUILD)/bench/first_libjwt; fi

BENCH_NEEDS := $(wildcard Tests/bench/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
CONTENDERS  := $(wildcard Tests/bench/contender_*.c)
KEY_SERVER  := Tests/c/key_server.c Tests/c/tokens.c

$(BUILD)/bench/new_token: Tests/bench/new_token.c $(CONTENDERS) $(BENCH_NEEDS)
	$(call build_bench,$< $(CONTENDERS),mcpauth libcrypto libjwt cjose librhonabwy jansson)

$(BUILD)/bench/first_libjwt: Tests/bench/first.c $(BENCH_NEEDS)
	$(call build_bench,-DLIBJWT $<,mcpauth libcrypto libjwt)

$(BUILD)/bench/json: Tests/bench/json.cpp $(BUILD)/json/libjson_probe.so
	@mkdir -p $(@D)/data
	$(CXX) -std=c++17 $(C_STRICT) -O2 -g $< -o $@ $$(pkg-config --cflags --libs jansson simdjson) -ldl

$(BUILD)/bench/flood: Tests/bench/flood.c $(KEY_SERVER) $(BENCH_NEEDS)
	$(call build_bench,$< $(KEY_SERVER),mcpauth libcrypto libmicrohttpd jansson)

# mcpauth.hpp beside mcpauth.h; the fixture is that of the C tests.
BENCH_FIXTURE := $(patsubst Tests/c/%.c,$(BUILD)/bench/%.o,Tests/c/fixture.c Tests/c/tokens.c)
$(BENCH_FIXTURE): $(BUILD)/bench/%.o: Tests/c/%.c $(C_HEADERS) $(BENCH_NEEDS)
	$(call build_bench,-c $<,mcpauth jansson libcrypto)

$(BUILD)/bench/handle_c: Tests/bench/handle_c.c $(BENCH_FIXTURE) $(BENCH_NEEDS)
	$(call build_bench,$(filter %.c %.o,$^),mcpauth jansson libcrypto)

$(BUILD)/bench/handle_cpp: Tests/bench/handle_cpp.cpp $(BENCH_FIXTURE) $(BENCH_NEEDS)
	@mkdir -p $(@D)/data
	$(CXX) -std=c++17 $(C_STRICT) -O2 -g $(filter %.cpp %.o,$^) -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
	  $$($(PKG_CONFIG) --cflags --libs mcpauth jansson libcrypto)

$(BUILD)/bench/mcp_server_without_authorization: examples-c/mcp_server.c $(wildcard examples-c/*.h) $(BENCH_NEEDS)
	$(call build_bench,-include Tests/bench/without_authorization.h $<,mcpauth libmicrohttpd jansson)
