; Segment register loads and the instructions that look at descriptors: type, DPL, RPL, presence, limits, the accessed bit.
%macro extra_descriptors 0
entry ABSENT_DATA
    descriptor 0, 0xfffff, 0x12, 0xc
entry ABSENT_CODE
    descriptor 0, 0xfffff, 0x1a, 0xc
entry READ_ONLY
    descriptor 0, 0xfffff, 0x90, 0xc
entry EXECUTE_ONLY
    descriptor 0, 0xfffff, 0x98, 0xc
entry CONFORMING
    descriptor 0, 0xfffff, 0x9e, 0xc
entry SMALL
    descriptor at(fields), 15, 0x92, 4
entry DOWN                          ; expand-down: offsets above 0xfff
    descriptor at(fields) - 0x1000, 0xfff, 0x96, 4
entry UNTOUCHED
    descriptor 0, 0xfffff, 0x92, 0xc
entry CALL_GATE
    gate FLAT_CODE, 0, 0x8c, 0
entry INT_GATE
    gate FLAT_CODE, 0, 0x8e, 0
entry FREE_TSS
    descriptor 0, 0x67, 0x89, 0
%endmacro
%include "kit.inc"

align 16
fields: times 8 dd 0x12345678
BEYOND equ 0x7f8

bits 16
start:
    call enter_protected_mode
bits 32

; ---- data segments
%macro load 3                       ; VECTOR, ERROR, selector
    mov ax, %3
    faults %1, %2, mov ds, ax
    faults %1, %2, mov es, ax
    faults %1, %2, mov fs, ax
%endmacro
    load GP, BEYOND, BEYOND
    load GP, BEYOND, BEYOND | 3     ; the RPL is not in the error code
    load GP, BEYOND | 4, BEYOND | 4
    load NP, ABSENT_DATA, ABSENT_DATA
    load NP, ABSENT_CODE, ABSENT_CODE
    load GP, EXECUTE_ONLY, EXECUTE_ONLY
    load GP, FLAT_DATA, FLAT_DATA | 3
    load GP, CALL_GATE, CALL_GATE
    load GP, FREE_TSS, FREE_TSS
    xor eax, eax
    works mov fs, ax
    faults GP, 0, mov eax, [fs:0]   ; null: usable for nothing
    faults GP, 0, mov [fs:0], eax
    mov eax, 3
    works mov gs, ax
    mov ax, READ_ONLY
    works mov fs, ax
    faults GP, 0, mov [fs:fields], eax
    mov ax, FLAT_CODE               ; readable code is readable data
    works mov fs, ax
    faults GP, 0, mov [fs:fields], eax
    mov ax, CONFORMING | 3          ; conforming code: no privilege check
    works mov gs, ax
    mov ax, LOCAL_DATA
    works mov gs, ax
    mov ax, UNTOUCHED
    mov gs, ax
    movzx eax, byte [gdt + UNTOUCHED + 5]
    same "accessed bit", eax, 0x93

; ---- at CPL 3
    mov ax, FLAT_DATA | 3
    ring3_faults GP, FLAT_DATA, mov fs, ax
    mov ax, FLAT_DATA
    ring3_faults GP, FLAT_DATA, mov gs, ax
    mov ax, CONFORMING
    ring3_works mov fs, ax
    mov ax, USER_DATA & ~3
    ring3_works mov fs, ax
    xor eax, eax
    ring3_works mov es, ax
    ring3_faults GP, 0, mov ss, ax

; ---- the stack segment
    xor eax, eax
    faults GP, 0, mov ss, ax
    mov ax, 3
    faults GP, 0, mov ss, ax
    mov ax, BEYOND
    faults GP, BEYOND, mov ss, ax
    mov ax, READ_ONLY
    faults GP, READ_ONLY, mov ss, ax
    mov ax, FLAT_CODE
    faults GP, FLAT_CODE, mov ss, ax
    mov ax, USER_DATA               ; RPL and DPL must be the CPL
    faults GP, USER_DATA & ~3, mov ss, ax
    mov ax, FLAT_DATA | 3
    faults GP, FLAT_DATA, mov ss, ax
    mov ax, ABSENT_DATA
    faults SS_, ABSENT_DATA, mov ss, ax

; ---- limits
    mov ax, SMALL
    mov fs, ax
    works mov eax, [fs:12]
    faults GP, 0, mov eax, [fs:13]
    faults GP, 0, mov eax, [fs:-1]
    works mov al, [fs:15]
    faults GP, 0, mov al, [fs:16]
    faults GP, 0, mov [fs:14], eax
    mov ax, DOWN
    mov fs, ax
    works mov eax, [fs:0x1000]
    same "expand-down", eax, 0x12345678
    faults GP, 0, mov eax, [fs:0xfff]
    faults GP, 0, mov eax, [fs:0]
    works mov eax, [fs:0x1004]

; ---- far pointers
    push dword ABSENT_DATA
    push dword 0x11111111
    mov ebx, 0x22222222
    faults NP, ABSENT_DATA, lfs ebx, [esp]
    same "LFS that faults", ebx, 0x22222222
    mov dword [esp + 4], SMALL
    works lfs ebx, [esp]
    same "LFS", ebx, 0x11111111
    add esp, 8
    push dword ABSENT_DATA
    faults NP, ABSENT_DATA, pop ds
    mov dword [esp], SMALL
    mov edx, esp
    pop gs
    sub edx, esp
    same "POP GS", edx, -4
    mov eax, gs
    same "MOV EAX,GS", eax, SMALL
    mov eax, -1
    mov ax, gs
    same "MOV AX,GS", eax, 0xffff0000 | SMALL
    mov dword [fields], -1
    mov [fields], gs
    same "MOV m16,GS", [fields], 0xffff0000 | SMALL

; ---- LAR, LSL, VERR, VERW, ARPL
%macro zf 3                         ; instruction, wanted ZF
    %1
    setz al
    movzx eax, al
    same %3, eax, %2
%endmacro
    mov ecx, FLAT_CODE
    zf {lar ebx, ecx}, 1, "LAR code"
    same "rights", ebx, 0x00cf9b00 ; bits 19:16 are undefined in the manual; processors give the limit
    zf {lsl ebx, ecx}, 1, "LSL code"
    same "limit", ebx, 0xffffffff
    mov ebx, 0x33333333
    lsl bx, cx
    same "LSL r16", ebx, 0x3333ffff
    zf {verr cx}, 1, "VERR code"
    zf {verw cx}, 0, "VERW code"
    mov ecx, EXECUTE_ONLY
    zf {verr cx}, 0, "VERR execute-only"
    mov ecx, READ_ONLY
    zf {verw cx}, 0, "VERW read-only"
    mov ecx, FLAT_DATA
    zf {verw cx}, 1, "VERW data"
    mov ecx, FLAT_DATA | 3
    zf {verr cx}, 0, "VERR data of too low an RPL"
    mov ecx, CONFORMING | 3
    zf {verr cx}, 1, "VERR conforming"
    mov ecx, BEYOND
    zf {verr cx}, 0, "VERR beyond"
    xor ecx, ecx
    zf {lar ebx, ecx}, 0, "LAR null"
    mov ecx, CALL_GATE
    mov ebx, 0x44444444
    zf {lsl ebx, ecx}, 0, "LSL call gate"
    same "kept", ebx, 0x44444444
    zf {lar ebx, ecx}, 1, "LAR call gate"
    same "rights of a gate", ebx, 0x8c00
    mov ecx, INT_GATE
    zf {lar ebx, ecx}, 0, "LAR interrupt gate"
    mov ecx, FREE_TSS
    zf {lsl ebx, ecx}, 1, "LSL TSS"
    same "limit of a TSS", ebx, 0x67
    mov ecx, 0x1231
    mov edx, 3
    zf {arpl cx, dx}, 1, "ARPL raises"
    same "ARPL", ecx, 0x1233
    mov edx, 1
    zf {arpl cx, dx}, 0, "ARPL keeps"
    same "ARPL", ecx, 0x1233

; ---- LLDT, LTR, SLDT, STR
    mov ax, FLAT_DATA
    faults GP, FLAT_DATA, lldt ax
    mov ax, LOCAL_DATA
    faults GP, LOCAL_DATA, lldt ax
    mov ax, MAIN_TSS                ; busy
    faults GP, MAIN_TSS, ltr ax
    xor eax, eax
    faults GP, 0, ltr ax
    mov ax, BEYOND
    faults GP, BEYOND, ltr ax
    sldt eax
    same "SLDT", eax, LDT_SELECTOR
    str ebx
    same "STR", ebx, MAIN_TSS
    movzx eax, byte [gdt + MAIN_TSS + 5]
    same "busy", eax, 0x8b
    mov ax, LDT_SELECTOR
    ring3_faults GP, 0, lldt ax
    ring3_faults GP, 0, ltr ax
    ring3_works sldt ax
    xor eax, eax
    works lldt ax
    mov ax, LOCAL_DATA
    faults GP, LOCAL_DATA, mov fs, ax
    v86_faults UD, NOERR, lldt ax
    v86_faults UD, NOERR, sldt ax
    v86_faults UD, NOERR, verr ax
    v86_faults UD, NOERR, lar ax, ax
    v86_faults UD, NOERR, arpl ax, bx
    done
