# What is proved of the JSON reader and writer: Tests/json.

# The reader with the C functions of JSONProbe.swift, compiled as the release is.
JSON_SWIFTC  = $(SWIFT)c -enable-experimental-feature Embedded -parse-as-library -wmo -swift-version 6 -Osize \
  -enforce-exclusivity=unchecked -Xfrontend -function-sections -module-name JSONProbe \
  $(foreach map,$(wildcard Sources/*/module.modulemap),-Xcc -fmodule-map-file=$(map))
JSON_SOURCES := $(shell find Sources/Support Sources/JSON -name '*.swift') Tests/json/JSONProbe.swift

$(BUILD)/json/probe.o: $(JSON_SOURCES) mk/json.mk
	@mkdir -p $(@D)
	@echo 'swiftc $(notdir $@)'; $(JSON_SWIFTC) -c $(JSON_SOURCES) -o $@

$(BUILD)/json/libjson_probe.so: $(BUILD)/json/probe.o
	@echo 'cc $(notdir $@)'; $(CC) -shared -o $@ $< -Wl,--gc-sections -lm -pthread

JSON_CXX = $(CXX) -std=c++17 $(C_STRICT) $(CFLAGS) -ITests/json
JSON_LIB = -L$(BUILD)/json -Wl,-rpath,$(BUILD)/json -ljson_probe

$(BUILD)/json/%.o: Tests/json/%.cpp $(wildcard Tests/json/*.hpp) Tests/json/probe.h
	@mkdir -p $(@D)
	@echo 'c++ $(notdir $@)'; $(JSON_CXX) -c $< -o $@ $$(pkg-config --cflags jansson simdjson)

$(BUILD)/json/differential: $(addprefix $(BUILD)/json/,differential.o comparison.o documents.o readers.o libjson_probe.so)
	@echo 'c++ $(notdir $@)'; $(CXX) $(filter %.o,$^) -o $@ $(JSON_LIB) $$(pkg-config --libs jansson simdjson)

# How hosts of C++ read bodies, beside the installed library.
$(BUILD)/json/bodies_differential.o: JSON_CXX += $$($(PKG_CONFIG) --cflags mcpauth)
$(BUILD)/json/hosts.o: JSON_CXX += $$(pkg-config --cflags libcjson RapidJSON nlohmann_json)

$(BUILD)/json/bodies_differential.o: $(STAGE)/lib/pkgconfig/mcpauth.pc
$(BUILD)/json/bodies_differential: $(addprefix $(BUILD)/json/,bodies_differential.o bodies.o hosts.o)
	@echo 'c++ $(notdir $@)'; $(CXX) $^ -o $@ -Wl,-rpath,$(STAGE)/lib $$($(PKG_CONFIG) --libs mcpauth libcjson simdjson)

# Names of its own for malloc and its like, which sanitizers have too: on the release library alone.
$(BUILD)/json/out_of_memory: Tests/json/out_of_memory.c $(C_SHARED) $(C_HEADERS) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_c_test,-fno-builtin -ITests/c)

$(addprefix $(BUILD)/json/,locales stack): $(BUILD)/json/%: Tests/json/%.c $(C_SHARED) $(C_HEADERS) \
  $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_c_test,-ITests/c)

$(BUILD)/json/steps: Tests/json/steps.c Tests/json/probe.h $(BUILD)/json/libjson_probe.so
	@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) $(CFLAGS) $< -o $@ $(JSON_LIB)

# Locales of the tests' own: the machine needs none.
$(BUILD)/json/locale/%.UTF-8:
	@mkdir -p $(@D)
	@localedef --no-archive -i $* -f UTF-8 $@

JSON_LOCALES := $(BUILD)/json/locale/ps_AF.UTF-8 $(BUILD)/json/locale/de_DE.UTF-8

.PHONY: test-json
test-json: $(addprefix $(BUILD)/json/,differential bodies_differential out_of_memory locales stack steps) $(JSON_LOCALES)
test-json: ## the JSON reader and writer beside others, without memory, under other locales
	@$(BUILD)/json/differential Tests/json/differences.json $(BUILD)/json/records
	@python3 Tests/json/python_reader.py Tests/json/differences.json $(BUILD)/json/records
	@$(BUILD)/json/bodies_differential
	@LOCPATH=$(BUILD)/json/locale Tests/c/run.sh $(addprefix $(BUILD)/json/,out_of_memory locales stack)
	@python3 Tests/json/steps.py $(BUILD)/json/steps
