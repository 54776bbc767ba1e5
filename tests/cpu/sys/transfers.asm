; Far jumps, calls and returns: direct, through call gates of both sizes, to inner and outer levels.
%macro extra_descriptors 0
entry CONFORMING
    descriptor 0, 0xfffff, 0x9e, 0xc
entry ABSENT_CODE
    descriptor 0, 0xfffff, 0x1a, 0xc
entry SHORT_CODE                    ; offsets up to the end of the first kilobyte of the image
    descriptor 0, BASE + 0x3ff, 0x9a, 4
entry RING1_CODE
    descriptor 0, 0xfffff, 0xba, 0xc
entry RING1_DATA
    descriptor 0, 0xfffff, 0xb2, 0xc
entry USER_CODE16
    descriptor BASE, 0xffff, 0xfa, 0
entry USER_STACK16
    descriptor 0, 0xffff, 0xf2, 0
entry GATE32                        ; to CPL 0, two parameters
    gate FLAT_CODE, at(inner32), 0xec, 2
entry GATE16                        ; to CPL 0, one parameter; a 16-bit gate reaches the first 64 KiB of its segment only
    gate CODE16, at(inner16) - BASE, 0xe4, 1
entry KERNEL_GATE
    gate FLAT_CODE, at(same_level), 0x8c, 0
entry ABSENT_GATE
    gate FLAT_CODE, at(same_level), 0x6c, 0
entry NULL_GATE
    gate 0, at(same_level), 0xec, 0
entry BEYOND_GATE
    gate 0x7f8, at(same_level), 0xec, 0
entry DATA_GATE
    gate FLAT_DATA, at(same_level), 0xec, 0
entry ABSENT_CODE_GATE
    gate ABSENT_CODE, at(same_level), 0xec, 0
entry CONFORMING_GATE
    gate CONFORMING, at(conforming_target), 0xec, 0
entry RING1_GATE
    gate RING1_CODE, at(same_level), 0xec, 0
%endmacro
%include "kit.inc"

BEYOND equ 0x7f8
user_esp: dd 0
inner_esp: dd 0
inner_cs: dd 0

bits 16
start:
    call enter_protected_mode
bits 32

; ---- JMP
    faults GP, 0, jmp 0:0
    faults GP, 0, jmp 3:0
    faults GP, BEYOND, jmp BEYOND:0
    faults GP, FLAT_DATA, jmp FLAT_DATA:0
    faults GP, USER_CODE & ~3, jmp USER_CODE:0
    faults GP, FLAT_CODE, jmp (FLAT_CODE | 3):0
    faults NP, ABSENT_CODE, jmp ABSENT_CODE:0
    faults GP, 0, jmp SHORT_CODE:(BASE + 0x400)
    faults GP, 0, jmp NULL_GATE:0
    faults GP, BEYOND, jmp BEYOND_GATE:0
    faults GP, FLAT_DATA, jmp DATA_GATE:0
    faults NP, ABSENT_CODE, jmp ABSENT_CODE_GATE:0
    faults NP, ABSENT_GATE, jmp ABSENT_GATE:0
    faults GP, KERNEL_GATE, jmp (KERNEL_GATE | 3):0
    faults GP, LDT_SELECTOR, jmp LDT_SELECTOR:0
    jmp FLAT_CODE:.direct
    ud2
.direct:
    jmp KERNEL_GATE:0               ; the offset is ignored
same_level:
    mov [inner_cs], cs
    same "JMP through a gate", dword [inner_cs], FLAT_CODE
    jmp dword CONFORMING:.conforming
.conforming:
    mov [inner_cs], cs
    same "JMP to conforming code", dword [inner_cs], CONFORMING
    jmp FLAT_CODE:.back
.back:

; ---- CALL and RET at one level
    mov edx, esp
    call FLAT_CODE:.called
.returned:
    jmp .calls_done
.called:
    same "CALL pushes EIP", dword [esp], .returned
    same "CALL pushes CS", dword [esp + 4], FLAT_CODE
    sub edx, esp
    same "CALL pushes 8 bytes", edx, 8
    retf
.calls_done:
    push dword FLAT_CODE
    push dword .ret_target
    mov dword [inner_esp], esp
    retf 12
.ret_target:
    mov eax, esp
    sub eax, [inner_esp]
    same "RETF 12", eax, 20
    sub esp, 12
    push dword 0
    push dword 0
    faults GP, 0, retf
    mov dword [esp + 4], BEYOND
    faults GP, BEYOND, retf
    mov dword [esp + 4], FLAT_DATA
    faults GP, FLAT_DATA, retf
    mov dword [esp + 4], ABSENT_CODE
    faults NP, ABSENT_CODE, retf
    mov dword [esp + 4], USER_CODE_0        ; RPL 0, DPL 3
    faults GP, USER_CODE_0, retf
    mov dword [esp + 4], FLAT_CODE | 3      ; RPL 3, DPL 0
    faults GP, FLAT_CODE, retf
    mov dword [esp + 4], SHORT_CODE
    mov dword [esp], BASE + 0x400
    faults GP, 0, retf
    add esp, 8

; ---- to an outer level: the checks of the new stack
    push dword 0                    ; SS
    push dword ring3_stack
    push dword USER_CODE
    push dword user_landing
    faults GP, 0, retf
    mov dword [esp + 12], BEYOND | 3
    faults GP, BEYOND, retf
    mov dword [esp + 12], FLAT_DATA | 3
    faults GP, FLAT_DATA, retf
    mov dword [esp + 12], USER_DATA & ~3
    faults GP, USER_DATA & ~3, retf
    mov dword [esp + 12], USER_DATA
    mov ax, FLAT_DATA
    mov fs, ax
    mov ax, USER_DATA
    mov gs, ax
    mov [resume_esp], esp
    mov dword [resume_eip], landed
    mov dword [got_vector], NOTHING
    retf
user_landing:
    mov eax, fs                     ; DPL 0 data is closed, DPL 3 data is not
    mov ebx, gs
    mov ecx, ds
    mov edx, esp
    mov ebp, cs
    ud2
landed:
    same "landed", dword [got_vector], UD
    same "at CPL 3", ebp, USER_CODE
    same "its stack", edx, ring3_stack
    same "FS is null", eax, 0
    same "GS is kept", ebx, USER_DATA
    same "DS is null", ecx, 0
    add esp, 16

; ---- CALL through a gate, from CPL 3
    ring3_faults GP, FLAT_CODE, call FLAT_CODE:0
    ring3_faults GP, KERNEL_GATE, call KERNEL_GATE:0
    ring3_faults NP, ABSENT_GATE, call ABSENT_GATE:0
    ring3_faults GP, 0, call NULL_GATE:0
    ring3_faults GP, BEYOND, call BEYOND_GATE:0
    ring3_faults NP, ABSENT_CODE, call ABSENT_CODE_GATE:0
    ring3_faults GP, FLAT_CODE, jmp GATE32:0        ; JMP does not change the level
    ring3_faults TS, 0, call RING1_GATE:0           ; no stack for level 1
    mov dword [main_tss + 12], ring0_stack
    mov dword [main_tss + 16], RING1_DATA           ; RPL is not 1
    ring3_faults TS, RING1_DATA, call RING1_GATE:0
    mov dword [main_tss + 16], BEYOND | 1
    ring3_faults TS, BEYOND, call RING1_GATE:0
    and byte [gdt + RING1_DATA + 5], 0x7f
    mov dword [main_tss + 16], RING1_DATA | 1
    ring3_faults SS_, RING1_DATA, call RING1_GATE:0
    or byte [gdt + RING1_DATA + 5], 0x80
    mov dword [main_tss + 12], 0x1000
    mov word [gdt + RING1_DATA], 4                  ; room for 16 bytes there is not
    mov byte [gdt + RING1_DATA + 6], 0x40
    ring3_faults SS_, RING1_DATA, call RING1_GATE:0

    mov dword [resume_eip], after_gate32
    mov [resume_esp], esp
    push dword USER_DATA
    push dword ring3_stack
    push dword 2
    push dword USER_CODE
    push dword user_calls
    iret
user_calls:
    push dword USER_DATA
    pop ds
    push dword 0x11111111
    push dword 0x22222222
    mov [user_esp], esp
    call GATE32:0
.returned:
    mov eax, esp
    sub eax, [user_esp]
    mov ebx, cs
    ud2
inner32:
    push eax
    mov ax, FLAT_DATA
    mov ds, ax
    pop eax
    mov [inner_esp], esp
    mov [inner_cs], cs
    same "return address", dword [esp], user_calls.returned
    same "CS", dword [esp + 4], USER_CODE
    same "last parameter", dword [esp + 8], 0x22222222
    same "first parameter", dword [esp + 12], 0x11111111
    push dword [user_esp]
    pop eax
    same "ESP", dword [esp + 16], eax
    same "SS", dword [esp + 20], USER_DATA
    mov ax, USER_DATA
    mov ds, ax
    retf 8
after_gate32:
    same "came back", dword [got_vector], UD
    same "parameters released", eax, 8
    same "back at CPL 3", ebx, USER_CODE
    same "level 0", dword [inner_cs], FLAT_CODE
    same "frame size", dword [inner_esp], ring0_stack - 24

; ---- a 16-bit gate, one parameter, from 16-bit code
    mov dword [resume_eip], after_gate16
    mov [resume_esp], esp
    push dword USER_DATA
    push dword ring3_stack
    push dword 2
    push dword USER_CODE16 | 3
    push dword user_calls16 - BASE
    iret
bits 16
user_calls16:
    push word USER_DATA
    pop ds
    push word 0x3333
    a32 mov [dword user_esp], esp
    call GATE16:0
.returned:
    mov ecx, esp
    a32 sub ecx, [dword user_esp]
    ud2
inner16:
    push word DATA16
    pop ds
    a32 mov eax, [esp]
    mov [stacked - BASE], eax
    a32 mov eax, [esp + 4]
    mov [stacked + 4 - BASE], eax
    a32 mov eax, [esp + 8]
    mov [stacked + 8 - BASE], eax
    push word USER_DATA
    pop ds
    retf 2
bits 32
stacked: dd 0, 0, 0
after_gate16:
    same "16-bit gate came back", dword [got_vector], UD
    and ecx, 0xffff                 ; a 16-bit RETF takes a 16-bit SP
    same "released", ecx, 2
    same "IP, CS", dword [stacked], (at(user_calls16.returned) - BASE) | ((USER_CODE16 | 3) << 16)
    same "parameter, SP", dword [stacked + 4], 0x3333 | (((ring3_stack - 2) & 0xffff) << 16)
    and dword [stacked + 8], 0xffff
    same "SS", dword [stacked + 8], USER_DATA

; ---- conforming code through a gate stays at CPL 3
    mov dword [resume_eip], after_conforming
    mov [resume_esp], esp
    push dword USER_DATA
    push dword ring3_stack
    push dword 2
    push dword USER_CODE
    push dword .call
    iret
.call:
    call CONFORMING_GATE:0
conforming_target:
    mov eax, cs
    mov ebx, esp
    ud2
after_conforming:
    same "conforming keeps the CPL", eax, CONFORMING | 3
    same "and the stack", ebx, ring3_stack - 8

; ---- IRET to a 16-bit stack loads SP alone
    mov dword [resume_eip], after_stack16
    mov [resume_esp], esp
    push dword USER_STACK16 | 3
    push dword 0xabcd8000
    push dword 2
    push dword USER_CODE
    push dword .look
    mov eax, esp
    iret
.look:
    mov ebx, esp
    ud2
after_stack16:
    and eax, 0xffff0000
    or eax, 0x8000
    same "the upper half of ESP", ebx, eax
    done
