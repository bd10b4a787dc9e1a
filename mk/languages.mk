# The library from other languages: examples-other, and the header without preprocessor that some of them read.

.PHONY: setup-languages
setup-languages: # the interpreters and compilers of examples-other; cffi is among what the tests have anyway
	@tools/need.sh go=golang-go rustc=rustc php=php-cli luajit=luajit

.PHONY: test-languages
test-languages: setup-languages $(STAGE)/lib/pkgconfig/mcpauth.pc ## the examples in Python, Go, Rust, PHP and LuaJIT, on one table
	@STAGE=$(STAGE) $(PYTEST) -rs Tests/languages
