# The example programs, found by their place in examples-c.

EXAMPLES := $(patsubst examples-c/%.c,$(BUILD)/examples/%,$(wildcard examples-c/*.c))

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
