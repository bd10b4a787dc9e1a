# The processor that is built for: this machine's, or by `make ARCH=aarch64 BUILD=... TARGET` a 64-bit Arm on any other.

HOST_ARCH  := $(shell uname -m)
ARCH       ?= $(HOST_ARCH)
ARM64_ROOT := $(CURDIR)/build/arm64-root

ifeq ($(ARCH),$(HOST_ARCH))
  TOOL_PREFIX :=
  PYTHON      := $(VENV)/bin/python
else ifeq ($(ARCH),aarch64)
  # The compiler of C is Debian's, with headers and libraries of the Debian 12 for arm64 that `make setup-arm64` unpacks.
  TOOL_PREFIX := aarch64-linux-gnu-
  CC          := $(TOOL_PREFIX)gcc --sysroot=$(ARM64_ROOT)
  RUN_TARGET  := qemu-aarch64-static -L $(ARM64_ROOT)
  PYTHON      := ARM64_ROOT=$(ARM64_ROOT) $(CURDIR)/Tests/arm64/python
  # Embedded Swift's standard library is there for bare metal: objects without a word about the system, which link like
  # any other. What the headers want to know of Linux they are told.
  ARM64_INCLUDES := $(ARM64_ROOT)/usr/include/aarch64-linux-gnu $(ARM64_ROOT)/usr/include
  SWIFT_TARGET := --triple aarch64-none-none-elf $(addprefix -Xcc ,--sysroot=$(ARM64_ROOT) \
    $(foreach folder,$(ARM64_INCLUDES),-isystem $(folder)) -D__linux__=1 -D__gnu_linux__=1 -D__unix__=1 -D_GNU_SOURCE=1)
  # SwiftPM reads the files of pkg-config itself, and does not know the variables below.
  SWIFT_SEES := PKG_CONFIG_PATH=$(ARM64_ROOT)/usr/lib/aarch64-linux-gnu/pkgconfig PKG_CONFIG_SYSROOT_DIR=$(ARM64_ROOT)
  # pkg-config sees that system alone; the compiler finds its folders by itself.
  export PKG_CONFIG_LIBDIR := $(ARM64_ROOT)/usr/lib/aarch64-linux-gnu/pkgconfig:$(ARM64_ROOT)/usr/share/pkgconfig
  export PKG_CONFIG_SYSTEM_LIBRARY_PATH := /usr/lib/aarch64-linux-gnu
  export PKG_CONFIG_SYSTEM_INCLUDE_PATH := /usr/include:/usr/include/aarch64-linux-gnu
else
  $(error ARCH is $(HOST_ARCH) or aarch64 on this machine, and not $(ARCH))
endif

STRIP   := $(TOOL_PREFIX)strip
OBJCOPY := $(TOOL_PREFIX)objcopy
GNU_LD  := $(TOOL_PREFIX)ld
