# The adapters to HTTP servers: the example servers of examples-cpp/adapters, one for each, and what they all have to answer.

# Those whose library is there.
ADAPTER_HEADERS := httplib=httplib.h beast=boost/beast.hpp civetweb=civetweb.h microhttpd=microhttpd.h evhttp=event2/http.h
HASH := \#
ADAPTERS := $(strip $(shell printf '%s\n' $(ADAPTER_HEADERS) | \
  sed -E 's|(.*)=(.*)|$(HASH)if __has_include(<\2>)\n\1\n$(HASH)endif|' | $(CXX) -E -P -x c++ - 2>/dev/null))
ADAPTER_SERVERS := $(wildcard $(ADAPTERS:%=examples-cpp/adapters/%_server.cpp) examples-cpp/adapters/raw_server.cpp)
ADAPTER_NAMES   := $(patsubst examples-cpp/adapters/%.cpp,%,$(ADAPTER_SERVERS))
CPP_EXAMPLES += $(ADAPTER_NAMES:%=$(BUILD)/examples/%)

adapter_libraries     = $(shell $(PKG_CONFIG) --libs --silence-errors $(1))
httplib_LIBRARIES     = $(call adapter_libraries,cpp-httplib)
civetweb_LIBRARIES    = -lcivetweb
microhttpd_LIBRARIES  = $(call adapter_libraries,libmicrohttpd)
evhttp_LIBRARIES      = $(call adapter_libraries,libevent)

# For coroutines; the other adapters are for C++17, too.
$(BUILD)/examples/beast_server $(BUILD)/adapters/beast_server: ADAPTER_MODE := -std=c++20
$(BUILD)/adapters/beast_server.clang: ADAPTER_OTHER_MODE := -std=c++17
ADAPTER_MODE       := -std=c++17
ADAPTER_OTHER_MODE := -std=c++20
ADAPTER_NEEDS      := $(wildcard examples-cpp/adapters/*.hpp examples-c/mcp_*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc mk/adapters.mk
ADAPTER_STRICT     := $(C_STRICT) -Wconversion

# build_adapter FURTHER_FLAGS. Not optimized: Beast takes long enough to compile as it is.
define build_adapter
@mkdir -p $(@D)
@echo 'c++ $(notdir $@)'; $(CXX) $(ADAPTER_MODE) $(ADAPTER_STRICT) -O0 -g1 $(1) $< -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
  $$($(PKG_CONFIG) --cflags --libs mcpauth jansson) $($(patsubst %_server,%,$(notdir $@))_LIBRARIES)
endef

$(ADAPTER_NAMES:%=$(BUILD)/examples/%): $(BUILD)/examples/%: examples-cpp/adapters/%.cpp $(ADAPTER_NEEDS)
	$(call build_adapter,)

# UndefinedBehaviorSanitizer doubles what the templates of Boost take to compile.
$(BUILD)/adapters/beast_server: ADAPTER_SANITIZE := -fsanitize=address
ADAPTER_SANITIZE := $(SANITIZE)
$(BUILD)/adapters/%_server: examples-cpp/adapters/%_server.cpp $(ADAPTER_NEEDS)
	$(call build_adapter,$(ADAPTER_SANITIZE))

# What no example server shows.
ADAPTER_PARTS := $(if $(filter civetweb,$(ADAPTERS)),$(BUILD)/adapters/parts)
$(BUILD)/adapters/parts: Tests/adapters/parts.cpp $(ADAPTER_NEEDS)
	@mkdir -p $(@D)
	@echo 'c++ $(notdir $@)'; $(CXX) -std=c++17 $(ADAPTER_STRICT) -O0 -g1 $(SANITIZE) $< -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
	  $$($(PKG_CONFIG) --cflags --libs mcpauth) $(civetweb_LIBRARIES)

# The other compiler and the other standard, for its warnings alone.
$(BUILD)/adapters/%.clang: examples-cpp/adapters/%.cpp $(ADAPTER_NEEDS)
	@mkdir -p $(@D)
	@echo 'clang++ $*'; $(TOOLCHAIN_CC)++ $(ADAPTER_OTHER_MODE) $(ADAPTER_STRICT) -fsyntax-only $< \
	  $$($(PKG_CONFIG) --cflags mcpauth jansson)
	@touch $@

test_adapters = ADAPTERS=$(BUILD)/adapters ADAPTER_NAMES='$(1)' LD_LIBRARY_PATH=$(BUILD)/lib $(PYTEST) Tests/adapters

.PHONY: test-adapters
test-adapters: $(foreach name,$(ADAPTER_NAMES),$(BUILD)/adapters/$(name) $(BUILD)/adapters/$(name).clang)
test-adapters: $(ADAPTER_PARTS) ## the adapters to HTTP servers: one table of requests for all, slow issuers, the official client
	@if [ '$(words $(ADAPTERS))' != '$(words $(ADAPTER_HEADERS))' ]; then echo 'only with: $(ADAPTERS)' >&2; \
	  if [ "$(CI)" = true ]; then exit 1; fi; fi
	@$(if $(ADAPTER_PARTS),$(WITH_SYMBOLS) $(ADAPTER_PARTS))
	@$(call test_adapters,$(ADAPTER_NAMES))

.PHONY: $(ADAPTERS:%=test-adapter-%)
$(ADAPTERS:%=test-adapter-%): test-adapter-%: $(BUILD)/adapters/%_server # one of them
	@$(call test_adapters,$*_server)
