# Installing, uninstalling, and the staged installation that examples and tests use.

# pcfiledir makes the installed tree relocatable: see mcpauth.pc.in. A package's files stay where they are, and have to say
# so: a compiler that is told of /usr/include by another name searches it before its own.
RELOCATABLE ?= yes
below = $$(realpath -m --relative-to='$(1)' '$(2)')
ifeq ($(RELOCATABLE),yes)
  PC_PREFIX     = \$${pcfiledir}/$(call below,$(LIBDIR)/pkgconfig,$(PREFIX))
  PC_LIBDIR     = \$${prefix}/$(call below,$(PREFIX),$(LIBDIR))
  PC_INCLUDEDIR = \$${prefix}/$(call below,$(PREFIX),$(INCLUDEDIR))
else
  PC_PREFIX     = $(PREFIX)
  PC_LIBDIR     = $(LIBDIR)
  PC_INCLUDEDIR = $(INCLUDEDIR)
endif
define write_pc
sed -e 's|@VERSION@|$(VERSION)|' -e "s|@PREFIX@|$(PC_PREFIX)|" -e "s|@LIBDIR@|$(PC_LIBDIR)|" \
    -e "s|@INCLUDEDIR@|$(PC_INCLUDEDIR)|" pkgconfig/mcpauth.pc.in
endef

# The header without preprocessor, for the foreign function interfaces that read declarations (cffi, LuaJIT, PHP).
CDEF := $(BUILD)/mcpauth.cdef
$(CDEF): include/mcpauth.h mk/install.mk
	@mkdir -p $(@D)
	@{ echo '/* The declarations of mcpauth.h $(VERSION), which documents them. */'; sed '/^#include/d' $< | \
	  $(CC) -E -P -U__GNUC__ -U__clang__ -x c -; } > $@

# mcpauth.hpp and the adapters to servers lie in parts in a folder of their own.
HEADERS := $(wildcard include/mcpauth.h include/mcpauth.hpp) $(CDEF)
PARTS   := $(wildcard include/mcpauth/*.hpp)

.PHONY: install
install: $(BUILD)/stripped/$(REALNAME) $(CDEF) ## install under PREFIX (default /usr/local), below DESTDIR when given
	@install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(INCLUDEDIR)/mcpauth'
	install -m 644 $(HEADERS) '$(DESTDIR)$(INCLUDEDIR)'
	install -m 644 $(PARTS) '$(DESTDIR)$(INCLUDEDIR)/mcpauth'
	install -m 755 $(BUILD)/stripped/$(REALNAME) '$(DESTDIR)$(LIBDIR)'
	@ln -sfn $(REALNAME) '$(DESTDIR)$(LIBDIR)/$(SONAME)'
	@ln -sfn $(SONAME) '$(DESTDIR)$(LIBDIR)/libmcpauth.so'
	@$(write_pc) > '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'
	@chmod 644 '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'

.PHONY: uninstall
uninstall: ## remove what install put there (same PREFIX and DESTDIR)
	rm -f $(foreach header,$(notdir $(HEADERS)) $(PARTS:include/%=%),'$(DESTDIR)$(INCLUDEDIR)/$(header)') \
	  $(foreach library,$(REALNAME) $(SONAME) libmcpauth.so,'$(DESTDIR)$(LIBDIR)/$(library)') \
	  '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'
	@rmdir '$(DESTDIR)$(INCLUDEDIR)/mcpauth' 2>/dev/null || true

# Examples and tests use the library as a user does: installed, found through pkg-config.
$(STAGE)/lib/pkgconfig/mcpauth.pc: $(BUILD)/stripped/$(REALNAME) $(HEADERS) $(PARTS) pkgconfig/mcpauth.pc.in
	@rm -rf $(STAGE)
	@$(MAKE) install PREFIX=$(STAGE) DESTDIR= LIBDIR=$(STAGE)/lib INCLUDEDIR=$(STAGE)/include
