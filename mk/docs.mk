# The reference of the header: HTML by Doxygen, and man pages out of the XML that Doxygen makes.

DOCS := $(BUILD)/docs

$(DOCS)/made: include/mcpauth.h $(wildcard include/*.hpp include/mcpauth/*.hpp docs/Doxyfile*) tools/man_pages.py mk/docs.mk
	@command -v doxygen >/dev/null || { echo "doxygen is missing: run 'make setup', or install it" >&2; exit 1; }
	@rm -rf $(DOCS) && mkdir -p $(DOCS)
	@MCPAUTH_VERSION=$(VERSION) MCPAUTH_DOCS=$(DOCS) doxygen docs/Doxyfile
	@MCPAUTH_VERSION=$(VERSION) MCPAUTH_DOCS=$(DOCS) doxygen docs/Doxyfile-cpp
	@python3 tools/man_pages.py $(DOCS)/xml $(DOCS)/man $(VERSION)
	@touch $@

.PHONY: docs
docs: $(DOCS)/made ## the reference of the headers: build/docs/html/index.html, html-cpp for C++, and man pages in build/docs/man
