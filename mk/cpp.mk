# mcpauth.hpp: Tests/cpp, on the installed release library, each program with ASan, LSan and UBSan.

CPP_STRICT := $(C_STRICT) -Wconversion -Wshadow
CPP_TESTS  := $(patsubst Tests/cpp/%.cpp,%,$(wildcard Tests/cpp/test_*.cpp))
CPP_SHARED := $(patsubst Tests/c/%.c,$(BUILD)/cpp/%.o,$(C_SHARED))
CPP_NEEDS  := $(wildcard Tests/cpp/*.hpp) $(C_HEADERS) $(STAGE)/lib/pkgconfig/mcpauth.pc

# C++17 unless a test needs more.
$(BUILD)/cpp/%.o: CPP_MODE := -std=c++17
$(BUILD)/cpp/test_async.o: CPP_MODE := -std=c++20
$(BUILD)/cpp/test_no_exceptions.o $(BUILD)/cpp/second_unit.o: CPP_MODE := -std=c++17 -fno-exceptions -fno-rtti

# Not optimized: what is compiled runs for a second.
$(BUILD)/cpp/%.o: Tests/cpp/%.cpp $(CPP_NEEDS) mk/cpp.mk
	@mkdir -p $(@D)
	@echo 'c++ $(notdir $@)'; $(CXX) $(CPP_MODE) $(CPP_STRICT) -O0 -g $(SANITIZE) -c $< -o $@ \
	  $$($(PKG_CONFIG) --cflags mcpauth)

$(BUILD)/cpp/%.o: Tests/c/%.c $(CPP_NEEDS)
	@mkdir -p $(@D)
	@echo 'cc $(notdir $@)'; $(CC) -std=gnu11 $(C_STRICT) -O0 -g $(SANITIZE) -c $< -o $@ \
	  $$($(PKG_CONFIG) --cflags mcpauth libmicrohttpd jansson libcrypto)

.SECONDARY: $(CPP_SHARED) $(patsubst Tests/cpp/%.cpp,$(BUILD)/cpp/%.o,$(wildcard Tests/cpp/*.cpp))

$(BUILD)/cpp/test_no_exceptions: $(BUILD)/cpp/second_unit.o
$(BUILD)/cpp/test_%: $(BUILD)/cpp/test_%.o $(CPP_SHARED)
	@echo 'c++ $(notdir $@)'; $(CXX) $(SANITIZE) $^ -o $@ -Wl,-rpath,$(STAGE)/lib -pthread \
	  $$($(PKG_CONFIG) --libs mcpauth libmicrohttpd jansson libcrypto)

.PHONY: test-cpp
test-cpp: $(addprefix $(BUILD)/cpp/,$(CPP_TESTS)) ## mcpauth.hpp: compilers and standards, what it does, exceptions
	@$(WITH_SYMBOLS) Tests/c/run.sh $^
	@CXX=$(CXX) $(PYTEST) Tests/cpp
