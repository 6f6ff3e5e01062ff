// SPDX-License-Identifier: GPL-2.0-or-later

// A plugin for qemu-system-arm that does the least a profiler must: counts instructions, and data
// accesses by the 256 MiB of the address space that they fall into. One virtual processor only.
// Prints "instructions N" and "region 0x20000000 N" at the end.
//
// Debian ships qemu without the header of its plugin interface, so what is used of it (version 1,
// in QEMU 4.2 to 8.0) is declared here, after QEMU's documentation of the interface ("QEMU TCG
// Plugins", plugin API).

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_RW = 3 };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef void (*tb_translated)(qemu_plugin_id_t id, struct qemu_plugin_tb* tb);
typedef void (*memory_accessed)(
    unsigned processor, qemu_plugin_meminfo_t info, uint64_t address, void* context);
typedef void (*at_exit)(qemu_plugin_id_t id, void* context);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_translated callback);
void qemu_plugin_register_vcpu_tb_exec_inline(
    struct qemu_plugin_tb* tb, enum qemu_plugin_op operation, void* counter, uint64_t amount);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn* insn, memory_accessed callback,
    enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw which, void* context);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, at_exit callback, void* context);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* tb);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb* tb, size_t index);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(
    qemu_plugin_id_t id, const struct qemu_info_t* info, int count, char** arguments);

static uint64_t instructions;
static uint64_t accesses[16];

static void count_access(
    unsigned processor, qemu_plugin_meminfo_t info, uint64_t address, void* context)
{
    (void)processor, (void)info, (void)context;
    ++accesses[(uint32_t)address >> 28];
}

static void instrument(qemu_plugin_id_t id, struct qemu_plugin_tb* tb)
{
    (void)id;
    const size_t count = qemu_plugin_tb_n_insns(tb);
    qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &instructions, count);
    for (size_t i = 0; i < count; ++i)
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), count_access,
            QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, NULL);
}

static void print_counts(qemu_plugin_id_t id, void* context)
{
    (void)id, (void)context;
    fprintf(stderr, "instructions %" PRIu64 "\n", instructions);
    for (uint32_t region = 0; region < 16; ++region)
        if (accesses[region])
            fprintf(stderr, "region 0x%08" PRIx32 " %" PRIu64 "\n", region << 28, accesses[region]);
}

int qemu_plugin_install(
    qemu_plugin_id_t id, const struct qemu_info_t* info, int count, char** arguments)
{
    (void)info, (void)count, (void)arguments;
    qemu_plugin_register_vcpu_tb_trans_cb(id, instrument);
    qemu_plugin_register_atexit_cb(id, print_counts, NULL);
    return 0;
}
