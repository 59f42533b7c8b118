/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

/* The last 4 KiB of a firmware for pt-kvm-probe.c. It walks the way each UEFI firmware walks,
 * from the reset vector through 32-bit protected mode with the x87 unit to 64-bit mode with
 * paging and SSE, calculates, runs code from RAM, and writes PT_KVM_ROM_PASS to the port of
 * QEMU's isa-debug-exit. (Intel SDM vol. 3, "Processor Management and Initialization".) The
 * processor sees it at 0xff000 as well as below 4 GiB. */

#define BASE 0xff000
#define AT(label) (BASE + (label) - pt_kvm_rom)

#define PML4 0x1000
#define PDPT 0x2000
#define PD 0x3000
#define STACK 0x8000
#define DATA 0x9000
#define ROUTINE 0xa000

#define EXIT_PORT 0xf4
#define PASS 0x2a

        .section .rodata
        .balign 16
        .globl pt_kvm_rom
        .globl pt_kvm_rom_end
        .hidden pt_kvm_rom
        .hidden pt_kvm_rom_end
pt_kvm_rom:

        .code16
real:
        cli
        cld
        movw    $(BASE >> 4), %ax
        movw    %ax, %ds
        lgdtl   gdt_pointer - pt_kvm_rom
        movl    %cr0, %eax
        orl     $1, %eax
        movl    %eax, %cr0
        ljmpl   $0x08, $AT (protected)

        .code32
protected:
        movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $STACK, %esp

        /* The first thing OVMF does here; emulators of single instructions stumble over it. */
        finit
        fldcw   AT (fpu_control)
        fildl   AT (six)
        fildl   AT (seven)
        fmulp
        fistpl  DATA
        cmpl    $42, DATA
        jne     fail

        /* The first 2 MiB, mapped onto themselves. */
        xorl    %eax, %eax
        movl    $PML4, %edi
        movl    $(3 * 4096 / 4), %ecx
        rep stosl
        movl    $(PDPT | 3), PML4
        movl    $(PD | 3), PDPT
        movl    $0x83, PD
        movl    $PML4, %eax
        movl    %eax, %cr3

        movl    %cr4, %eax
        orl     $0x620, %eax            /* PAE, OSFXSR, OSXMMEXCPT */
        movl    %eax, %cr4
        movl    $0xc0000080, %ecx       /* EFER */
        rdmsr
        orl     $0x100, %eax            /* LME */
        wrmsr
        movl    %cr0, %eax
        andl    $0xfffffffb, %eax       /* not EM */
        orl     $0x80000002, %eax       /* PG, MP */
        movl    %eax, %cr0
        ljmpl   $0x18, $AT (long_mode)

        .code64
long_mode:
        movl    $AT (numbers), %esi
        movdqu  (%rsi), %xmm0
        paddd   %xmm0, %xmm0
        movdqu  %xmm0, DATA
        movl    $AT (routine), %esi
        movl    $ROUTINE, %edi
        movl    $(routine_end - routine), %ecx
        rep movsb
        movl    $ROUTINE, %eax
        call    *%rax
        cmpl    $20, %eax
        jne     fail
        movabsq $0x100000000, %rbx      /* 64-bit arithmetic, not 32 */
        imulq   %rax, %rbx
        shrq    $32, %rbx
        cmpq    %rax, %rbx
        jne     fail
        movb    $PASS, %al
        outb    %al, $EXIT_PORT
fail:
        hlt
        jmp     fail

        /* Sum of the four doubled numbers; runs in RAM. */
routine:
        xorl    %eax, %eax
        movl    $4, %ecx
1:      addl    DATA - 4(, %rcx, 4), %eax
        decl    %ecx
        jnz     1b
        ret
routine_end:

        .balign 8
gdt:
        .quad   0
        .quad   0x00cf9b000000ffff      /* 0x08: 32-bit code */
        .quad   0x00cf93000000ffff      /* 0x10: data */
        .quad   0x00af9b000000ffff      /* 0x18: 64-bit code */
gdt_pointer:
        .word   gdt_pointer - gdt - 1
        .long   AT (gdt)
fpu_control:
        .word   0x037f
        .balign 4
six:
        .long   6
seven:
        .long   7
numbers:
        .long   1, 2, 3, 4

        /* The reset vector, 16 bytes below the end. */
        .org    pt_kvm_rom + 0xff0, 0xf4
        .code16
        jmp     real
        .org    pt_kvm_rom + 0x1000, 0xf4
pt_kvm_rom_end:

        .section .note.GNU-stack, "", @progbits
