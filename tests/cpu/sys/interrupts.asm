; Interrupts and exceptions in protected mode: gates of both sizes, levels, error codes with the IDT and EXT bits, flags,
; IRET, double faults through a task gate.
%macro extra_descriptors 0
entry ABSENT_CODE
    descriptor 0, 0xfffff, 0x1a, 0xc
entry CONFORMING
    descriptor 0, 0xfffff, 0x9e, 0xc
entry DF_TSS
    descriptor at(df_tss), 0x67, 0x89, 0
%endmacro
%include "kit.inc"

align 16
df_tss:
    times 26 dd 0

; The gate of a vector: vector, selector, offset, access byte.
%macro set_gate 4
    mov dword [idt + (%1) * 8], ((%2) << 16) | ((%3) & 0xffff)
    mov dword [idt + (%1) * 8 + 4], ((%3) & 0xffff0000) | ((%4) << 8)
%endmacro

bits 16
start:
    call enter_protected_mode
bits 32

; ---- which gates there are
    faults GP, 0x40 * 8 + 2, int 0x40           ; the entry is zero: no gate
    set_gate 0x40, FLAT_CODE, at(stub_20), 0x8c ; a call gate
    faults GP, 0x40 * 8 + 2, int 0x40
    set_gate 0x40, FLAT_CODE, at(stub_20), 0x0e ; absent
    faults NP, 0x40 * 8 + 2, int 0x40
    set_gate 0x40, 0, at(stub_20), 0x8e
    faults GP, 0, int 0x40
    set_gate 0x40, 0x7f8, at(stub_20), 0x8e
    faults GP, 0x7f8, int 0x40
    set_gate 0x40, FLAT_DATA, at(stub_20), 0x8e
    faults GP, FLAT_DATA, int 0x40
    set_gate 0x40, ABSENT_CODE, at(stub_20), 0x8e
    faults NP, ABSENT_CODE, int 0x40
    set_gate 0x40, USER_CODE, at(stub_20), 0x8e ; a handler may not be less privileged
    faults GP, USER_CODE & ~3, int 0x40
    set_gate 0x40, FLAT_CODE, at(stub_20), 0x8e
    traps 20, int 0x40
    set_gate 0x40, FLAT_CODE, at(stub_20), 0x8f
    traps 20, int 0x40
    set_gate 0x40, LDT_SELECTOR, 0, 0x85        ; a task gate to something else
    faults GP, LDT_SELECTOR, int 0x40
    set_gate 0x40, MAIN_TSS, 0, 0x85            ; to the busy TSS
    faults GP, MAIN_TSS, int 0x40
    mov word [idtr], 0x40 * 8 + 6               ; one byte short
    lidt [idtr]
    faults GP, 0x40 * 8 + 2, int 0x40
    mov word [idtr], 256 * 8 - 1
    lidt [idtr]

; ---- software interrupts need the gate's DPL, exceptions do not
    set_gate 0x40, FLAT_CODE, at(stub_20), 0x8e
    ring3_faults GP, 0x40 * 8 + 2, int 0x40
    set_gate 0x40, FLAT_CODE, at(stub_20), 0xee
    ring3_traps 20, int 0x40
    ring3_faults GP, BP_ * 8 + 2, int3
    set_gate BP_, FLAT_CODE, at(stub_3), 0xee
    ring3_traps BP_, int3
    ring3_works into
    set_gate OF, FLAT_CODE, at(stub_4), 0xee
    mov dword [ring3_flags], 2 | 1 << 11
    ring3_traps OF, into
    mov dword [ring3_flags], 2
    ring3_faults DE, NOERR, aam 0
    ring3_faults UD, NOERR, ud2
    ring3_faults GP, 0, hlt
    ring3_faults GP, 0, cli
    ring3_faults GP, 0, sti
    ring3_faults GP, 0, clts
    ring3_faults GP, 0, mov eax, cr0
    ring3_faults GP, 0, lgdt [gdtr]
    ring3_faults GP, 0, invlpg [eax]
    ring3_faults GP, 0, wbinvd
    ring3_faults GP, 0, rdmsr
    ring3_faults GP, 0, in al, dx
    ring3_works smsw eax
    ring3_works sgdt [gdtr]

; ---- delivery fails: EXT says that the program did not ask for it
    set_gate UD, FLAT_CODE, at(stub_6), 0x0e    ; #UD is benign: what comes of it is no double fault
    faults NP, UD * 8 + 3, ud2
    set_gate UD, ABSENT_CODE, at(stub_6), 0x8e
    faults NP, ABSENT_CODE | 1, ud2
    set_gate UD, 0, at(stub_6), 0x8e
    faults GP, 1, ud2
    set_gate UD, FLAT_CODE, at(stub_6), 0x8e
    set_gate DE, FLAT_CODE, at(stub_0), 0x0e    ; #DE and #NP are contributory
    faults DF, 0, aam 0

; ---- flags
    set_gate 0x40, FLAT_CODE, at(look), 0x8e    ; interrupt gate
    set_gate 0x41, FLAT_CODE, at(look), 0x8f    ; trap gate
%macro flags_in_handler 3                       ; vector, flags before, flags in the handler
    push dword %2
    popfd
    int %1
    push dword 2
    popfd
    same "flags in the handler", ebx, %3
    same "flags pushed", ecx, %2
%endmacro
    flags_in_handler 0x40, 0x46 | EF_IF | EF_AC | EF_ID | EF_IOPL3, 0x46 | EF_AC | EF_ID | EF_IOPL3
    flags_in_handler 0x41, 0x46 | EF_IF | EF_AC | EF_ID | EF_IOPL3, 0x46 | EF_IF | EF_AC | EF_ID | EF_IOPL3
    flags_in_handler 0x41, 2 | EF_NT, 2
    faults UD, NOERR, ud2
    and dword [got_flags], EF_RF
    same "faults push RF", dword [got_flags], EF_RF
    traps BP_, int3
    and dword [got_flags], EF_RF
    same "traps do not", dword [got_flags], 0

; ---- a 16-bit gate pushes words
    set_gate 0x40, CODE16, at(look16) - BASE, 0x86
    mov edx, esp
    int 0x40
behind_int16:
bits 16
look16:                             ; IP cannot bring us back to beyond 64 KiB
    a32 mov ebx, [esp]
    mov ecx, esp
    add esp, 6
    jmp dword FLAT_CODE:after_int16
bits 32
after_int16:
    same "16-bit frame", ebx, (at(behind_int16) & 0xffff) | (FLAT_CODE << 16)
    sub edx, ecx
    same "its size", edx, 6
    jmp after_look
look:
    pushfd
    pop ebx
    mov ecx, [esp + 8]
    iret
after_look:

; ---- IRET
    push dword 2
    push dword 0
    push dword 0
    faults GP, 0, iret
    mov dword [esp + 4], 0x7f8
    faults GP, 0x7f8, iret
    mov dword [esp + 4], FLAT_DATA
    faults GP, FLAT_DATA, iret
    mov dword [esp + 4], ABSENT_CODE
    faults NP, ABSENT_CODE, iret
    mov dword [esp + 4], FLAT_CODE | 3
    faults GP, FLAT_CODE, iret
    mov dword [esp + 8], EF_VM | 2              ; to V86, with an EIP that is too big
    mov dword [esp], 0x10000
    sub esp, 24                                 ; (what lies above is GS..SS by chance)
    push dword EF_VM | 2
    push dword BASE >> 4
    push dword 0x10000
    faults GP, 0, iret
    add esp, 12 + 24 + 12
    push dword 2
    push dword USER_CODE
    push dword 0
    ring3_works nop
    add esp, 12
    ; at CPL 3 IRET changes neither IF nor IOPL
    mov dword [ring3_flags], 2 | EF_IF
    ring3_works push dword 2 | EF_IOPL3
    mov dword [resume_eip], after_iret3
    mov [resume_esp], esp
    push dword USER_DATA
    push dword ring3_stack
    push dword 2 | EF_IF
    push dword USER_CODE
    push dword user_iret
    iret
user_iret:
    push dword 2 | EF_IOPL3 | EF_NT | EF_CF | EF_ID
    push dword USER_CODE
    push dword .landed
    iret
.landed:
    ud2
after_iret3:
    and dword [got_flags], ~EF_RF
    same "IRET at CPL 3", dword [got_flags], 2 | EF_IF | EF_NT | EF_CF | EF_ID
    mov dword [ring3_flags], 2

; ---- stacks
    mov dword [main_tss + 8], 0                 ; no stack for CPL 0: #TS, which finds none either, and so on:
    mov dword [df_tss + 0x20], double_fault     ; a double fault, in a task of its own
    mov dword [df_tss + 0x24], 2
    mov dword [df_tss + 0x38], ring0_stack
    mov dword [df_tss + 0x4c], FLAT_CODE
    mov dword [df_tss + 0x50], FLAT_DATA
    mov dword [df_tss + 0x54], FLAT_DATA
    mov dword [df_tss + 0x48], FLAT_DATA
    set_gate DF, DF_TSS, 0, 0x85
    push dword USER_DATA
    push dword ring3_stack
    push dword 2
    push dword USER_CODE
    push dword start_user
    iret
start_user:
    ud2
double_fault:
    pop eax
    same "#DF pushes 0", eax, 0
    same "EIP of the faulting task", dword [main_tss + 0x20], start_user
    same "CS of the faulting task", dword [main_tss + 0x4c], USER_CODE
    mov ax, [df_tss]
    movzx eax, ax
    same "back link", eax, MAIN_TSS
    pushfd
    pop eax
    and eax, EF_NT
    same "NT", eax, EF_NT
    same "the old task stays busy", dword [gdt + MAIN_TSS + 4], 0x00008b00 | (at(main_tss) >> 16)
    done
