; System management mode. A write to port B2 pulls SMI#, as the PIIX4's APM control port does.
%include "kit.inc"

SMBASE equ 0x30000
MOVED equ 0x40000
; The state save map, from SMBASE + 8000.
MAP_SMBASE equ 0x7ef8
MAP_REVISION equ 0x7efc
MAP_HALT equ 0x7f02
MAP_CS equ 0x7fac
MAP_EAX equ 0x7fd0
MAP_EIP equ 0x7ff0
MAP_EFLAGS equ 0x7ff4
MAP_CR0 equ 0x7ffc

calls: dd 0
handler_cs: dd 0
handler_flags: dd 0
handler_cr0: dd 0

bits 16
start:
    call enter_protected_mode
bits 32
    mov esi, handler
    mov edi, SMBASE + 0x8000
    mov ecx, handler_end - handler
    rep movsb
    mov esi, handler
    mov edi, MOVED + 0x8000
    mov ecx, handler_end - handler
    rep movsb
    faults UD, NOERR, rsm           ; not in SMM
    mov eax, 0x11111111
    mov ebx, 0x22222222
    mov bp, LOCAL_DATA
    mov fs, bp
    stc
    out 0xb2, al
behind:
    setc cl
    same "EAX, which the handler changed", eax, 0x33333333
    same "EBX", ebx, 0x22222222
    movzx ecx, cl
    same "CF", ecx, 1
    mov ecx, fs
    same "FS", ecx, LOCAL_DATA
    same "called", dword [calls], 1
    same "revision", dword [SMBASE + 0x8000 + MAP_REVISION], 0x20000
    same "saved EIP", dword [SMBASE + 0x8000 + MAP_EIP], behind
    same "saved CS", dword [SMBASE + 0x8000 + MAP_CS], FLAT_CODE
    mov ecx, cr0
    same "saved CR0", dword [SMBASE + 0x8000 + MAP_CR0], ecx
    same "CS in the handler", dword [handler_cs], SMBASE >> 4
    same "EFLAGS in the handler", dword [handler_flags], 2
    mov ecx, [handler_cr0]
    and ecx, 0x8000000d
    same "CR0 in the handler", ecx, 0
    out 0xb2, al
    same "called at the new SMBASE", dword [calls], 2
    same "CS there", dword [handler_cs], MOVED >> 4
    ; from CPL 3 and back
    mov dword [ring3_flags], 2 | EF_IOPL3
    ring3_works out 0xb2, al
    same "called from CPL 3", dword [calls], 3
    mov eax, [got_cs]
    same "back at CPL 3", eax, USER_CODE
    done

bits 16
handler:                            ; CS = SMBASE, all segments reach 4 GiB
    xor ax, ax
    mov ds, ax
    mov eax, calls
    inc dword [eax]
    mov ebx, handler_cs
    mov ecx, cs
    mov [ebx], ecx
    mov ss, ax
    mov esp, 0x2f000
    pushfd
    pop ecx
    and ecx, ~0x8d5                 ; (INC and the like have been here)
    mov ebx, handler_flags
    mov [ebx], ecx
    mov ebx, handler_cr0
    mov ecx, cr0
    mov [ebx], ecx
    mov dword [cs:0x8000 + MAP_EAX], 0x33333333
    mov dword [cs:0x8000 + MAP_SMBASE], MOVED
    rsm
handler_end:
