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
# fill_in TEMPLATE TO: a template of pkgconfig/ with the names of this build.
define fill_in
@sed -e 's|@VERSION@|$(VERSION)|g' -e "s|@PREFIX@|$(PC_PREFIX)|" -e "s|@LIBDIR@|$(PC_LIBDIR)|" \
  -e "s|@INCLUDEDIR@|$(PC_INCLUDEDIR)|" -e 's|@ARCH@|$(ARCH)|' -e 's|@SOVERSION@|$(SOVERSION)|' \
  -e 's|@REALNAME@|$(REALNAME)|' -e 's|@SONAME@|$(SONAME)|' -e 's|@RELOCATABLE@|$(RELOCATABLE)|' \
  -e "s|@INCLUDEDIR_FROM_LIBDIR@|$(call below,$(LIBDIR),$(INCLUDEDIR))|" 'pkgconfig/$(1)' > '$(2)'
@chmod 644 '$(2)'
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
install: $(BUILD)/stripped/$(REALNAME) $(STATIC) $(HEADERS) ## install under PREFIX (default /usr/local), below DESTDIR when given
	@install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(LIBDIR)/cmake/mcpauth' '$(DESTDIR)$(INCLUDEDIR)/mcpauth'
	install -m 644 $(HEADERS) '$(DESTDIR)$(INCLUDEDIR)'
	install -m 644 $(PARTS) '$(DESTDIR)$(INCLUDEDIR)/mcpauth'
	install -m 755 $(BUILD)/stripped/$(REALNAME) '$(DESTDIR)$(LIBDIR)'
	install -m 644 $(STATIC) '$(DESTDIR)$(LIBDIR)'
	@ln -sfn $(REALNAME) '$(DESTDIR)$(LIBDIR)/$(SONAME)'
	@ln -sfn $(SONAME) '$(DESTDIR)$(LIBDIR)/libmcpauth.so'
	$(call fill_in,mcpauth.pc.in,$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc)
	$(call fill_in,mcpauth-static.pc.in,$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth-static.pc)
	$(call fill_in,mcpauth-config.cmake.in,$(DESTDIR)$(LIBDIR)/cmake/mcpauth/mcpauth-config.cmake)
	$(call fill_in,mcpauth-config-version.cmake.in,$(DESTDIR)$(LIBDIR)/cmake/mcpauth/mcpauth-config-version.cmake)

INSTALLED_IN_LIBDIR := $(REALNAME) $(SONAME) libmcpauth.so libmcpauth.a pkgconfig/mcpauth.pc pkgconfig/mcpauth-static.pc \
  cmake/mcpauth/mcpauth-config.cmake cmake/mcpauth/mcpauth-config-version.cmake

.PHONY: uninstall
uninstall: ## remove what install put there (same PREFIX and DESTDIR)
	rm -f $(foreach header,$(notdir $(HEADERS)) $(PARTS:include/%=%),'$(DESTDIR)$(INCLUDEDIR)/$(header)') \
	  $(foreach file,$(INSTALLED_IN_LIBDIR),'$(DESTDIR)$(LIBDIR)/$(file)')
	@rmdir '$(DESTDIR)$(INCLUDEDIR)/mcpauth' '$(DESTDIR)$(LIBDIR)/cmake/mcpauth' 2>/dev/null || true

# Examples and tests use the library as a user does: installed, found through pkg-config.
$(STAGE)/lib/pkgconfig/mcpauth.pc: $(BUILD)/stripped/$(REALNAME) $(STATIC) $(HEADERS) $(PARTS) $(wildcard pkgconfig/*.in)
	@rm -rf $(STAGE)
	@$(MAKE) install PREFIX=$(STAGE) DESTDIR= LIBDIR=$(STAGE)/lib INCLUDEDIR=$(STAGE)/include
