# The example programs, found by their place in examples-c: a file, or a folder with main.c, is a program.

EXAMPLE_FOLDERS := $(patsubst examples-c/%/main.c,%,$(wildcard examples-c/*/main.c))
EXAMPLES := $(patsubst examples-c/%.c,$(BUILD)/examples/%,$(wildcard examples-c/*.c)) \
  $(addprefix $(BUILD)/examples/,$(EXAMPLE_FOLDERS))

RPATH = -Wl,-rpath,$(STAGE)/lib

# build_example FURTHER_FLAGS: a program names the further pkg-config packages it needs in a line
# `pkg-config: libmicrohttpd ...` of its opening comment.
define build_example
@mkdir -p $(@D)
@packages="$$(sed -nE '1,30s/^.*pkg-config: *([a-z0-9 ._-]+).*$$/\1/p' $<)"; \
echo 'cc $(notdir $@)'; $(CC) -std=c11 $(C_STRICT) $(CFLAGS) $(1) $(filter %.c,$^) -o $@ $(RPATH) -pthread \
  $(filter -L%,$(CURL_LIBRARY)) $$($(PKG_CONFIG) --cflags --libs mcpauth $$packages)
endef

$(BUILD)/examples/%: examples-c/%.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_example,)

$(BUILD)/examples/%: examples-c/%/main.c $(wildcard examples-c/*.h) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_example,)

# A program in a folder is made of all that lies there; the pattern rules here and in c-tests.mk say how.
$(foreach name,$(EXAMPLE_FOLDERS),\
  $(eval $(BUILD)/examples/$(name) $(BUILD)/sanitized/examples/$(name): $(wildcard examples-c/$(name)/*.[ch])))

# The programs in C++ lie in examples-cpp in the same way. They need more of Debian than the demo does: what lacks a package
# is left out, and `make examples` says so.
CPP_FOLDERS  := $(patsubst examples-cpp/%/main.cpp,%,$(wildcard examples-cpp/*/main.cpp))
CPP_EXAMPLES := $(patsubst examples-cpp/%.cpp,$(BUILD)/examples/%,$(wildcard examples-cpp/*.cpp)) \
  $(addprefix $(BUILD)/examples/,$(CPP_FOLDERS))

define build_cpp_example
@mkdir -p $(@D)
@packages="$$(sed -nE '1,30s/^.*pkg-config: *([a-z0-9 ._-]+).*$$/\1/p' $<)"; \
if ! pkg-config --exists $$packages; then echo "$(notdir $@) is not built, as it needs $$packages: 'make setup' installs them"; \
else echo 'c++ $(notdir $@)'; $(CXX) -std=c++17 $(C_STRICT) $(CFLAGS) $(1) $(filter %.cpp,$^) -o $@ \
  -Wl,-rpath,$(STAGE)/lib -pthread $$($(PKG_CONFIG) --cflags --libs mcpauth $$packages); fi
endef

$(BUILD)/examples/%: examples-cpp/%.cpp $(wildcard examples-cpp/*.hpp) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_cpp_example,)

$(BUILD)/examples/%: examples-cpp/%/main.cpp $(wildcard examples-cpp/*.hpp) $(STAGE)/lib/pkgconfig/mcpauth.pc
	$(call build_cpp_example,)

$(foreach name,$(CPP_FOLDERS),$(eval $(BUILD)/examples/$(name): $(wildcard examples-cpp/$(name)/*.[ch]pp)))
