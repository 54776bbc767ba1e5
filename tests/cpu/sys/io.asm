; Port I/O: IOPL and the I/O permission bitmap, IN, OUT, INS, OUTS; the VME redirection bitmap, which lies in front of it.
; Ports 100..11F remember what was written.
%macro extra_descriptors 0
entry MAP_TSS
    descriptor at(map_tss), map_tss_end - map_tss - 1, 0x89, 0
entry TSS_16
    descriptor at(tss_16), 0x2b, 0x81, 0
entry SMALL
    descriptor at(small), 7, 0x92, 4
%endmacro
%include "kit.inc"

%macro set_gate 4
    mov dword [idt + (%1) * 8], ((%2) << 16) | ((%3) & 0xffff)
    mov dword [idt + (%1) * 8 + 4], ((%3) & 0xffff0000) | ((%4) << 8)
%endmacro

align 16
map_tss:
    dd 0
    dd ring0_stack, FLAT_DATA
    times 22 dd 0
    dw 0, io_map - map_tss
redirection:
    times 32 db 0xff
io_map:
    times 0x100 / 8 db 0xff
    db 0x0f, 0xff                   ; 104..107 are free
    times 2 db 0
map_tss_end:                        ; 110..11F are free, but there is no byte behind 118..11F
tss_16: times 22 dw 0
small: dd 0, 0
buffer: times 8 dd 0

bits 16
start:
    call enter_protected_mode
bits 32

; ---- CPL 0
    mov dx, 0x104
    mov eax, 0x12345678
    out dx, eax
    xor eax, eax
    in ax, dx
    same "IN AX keeps the upper half", eax, 0x5678
    mov eax, 0xaaaaaaaa
    in al, dx
    same "IN AL", eax, 0xaaaaaa78
    in eax, dx
    same "IN EAX", eax, 0x12345678
    mov eax, -1
    in eax, 0x77
    same "nobody there", eax, -1

; ---- CPL 3: IOPL, then the bitmap
    ring3_faults GP, 0, in al, dx
    mov dword [ring3_flags], 2 | EF_IOPL3
    ring3_works in al, dx
    ring3_works cli
    mov dword [ring3_flags], 2
    and byte [gdt + MAP_TSS + 5], 0xfd
    mov ax, MAP_TSS
    ltr ax
    ring3_works in al, dx
    ring3_works out dx, eax
    mov edx, 0x105
    ring3_faults GP, 0, in eax, dx          ; 105..108
    ring3_works in ax, dx
    mov edx, 0x103
    ring3_faults GP, 0, in al, dx
    ring3_faults GP, 0, in ax, dx
    mov edx, 0x108
    ring3_faults GP, 0, out dx, al
    mov edx, 0x110
    ring3_works in eax, dx
    mov edx, 0x116
    ring3_works in ax, dx
    mov edx, 0x118                          ; two bytes are read: the second is beyond the limit
    ring3_faults GP, 0, in al, dx
    mov edx, 0x1234
    ring3_faults GP, 0, in al, dx
    mov edx, 0x104
    v86_works in al, dx
    mov dword [v86_flags], 2 | EF_VM | EF_IOPL3
    mov edx, 0x103
    v86_faults GP, 0, in al, dx
    mov dword [v86_flags], 2 | EF_VM
    ring3_faults GP, 0, insb
    ring3_faults GP, 0, outsb

; ---- INS, OUTS
    mov edx, 0x108
    mov dword [buffer], 0x11111111
    mov dword [buffer + 4], 0x22222222
    mov esi, buffer
    cld
    outsd
    mov eax, esi
    sub eax, buffer
    same "OUTSD moves ESI", eax, 4
    in eax, dx
    same "OUTSD", eax, 0x11111111
    mov ecx, 2
    mov esi, buffer
    rep outsd
    in eax, dx
    same "REP OUTSD", eax, 0x22222222
    same "ECX", ecx, 0
    mov edi, buffer + 12
    mov ecx, 3
    std
    rep insw
    cld
    same "DF", edi, buffer + 6
    same "INSW", dword [buffer + 12], 0x2222
    same "INSW", dword [buffer + 8], 0x22222222
    xor ecx, ecx
    mov edi, 0x7fffffff                     ; not touched
    works rep insb
    mov ax, SMALL
    mov fs, ax
    mov esi, 4
    mov ecx, 2
    faults GP, 0, fs rep outsd
    same "stops behind the limit: ECX", ecx, 1
    same "ESI", esi, 8
    mov edi, 0x12340004
    mov ecx, 0x56780001
    mov es, ax
    mov ebp, edi
    a16 rep insb                            ; DI and CX
    push dword FLAT_DATA
    pop es
    same "a16: EDI", edi, 0x12340005
    same "a16: ECX", ecx, 0x56780000

; ---- CR4.VME: INT n by the redirection bitmap
    mov eax, cr4
    or eax, 1
    mov cr4, eax
    set_gate 0x40, FLAT_CODE, at(stub_20), 0xee
    v86_faults GP, 0, int 0x40              ; bit set, IOPL 0
    mov dword [v86_flags], 2 | EF_VM | EF_IOPL3
    v86_traps 20, int 0x40                  ; bit set, IOPL 3
    mov byte [redirection + 0x40 / 8], 0xfe
    mov word [0x40 * 4], v86_handler - BASE ; bit clear: through the table at 0
    mov word [0x40 * 4 + 2], BASE >> 4
    mov dword [v86_flags], 2 | EF_VM | EF_VIF
    mov dword [resume_eip], redirected
    mov [resume_esp], esp
    times 4 push dword BASE >> 4
    push dword V86_STACK >> 4
    push dword 0x100
    push dword [v86_flags]
    push dword BASE >> 4
    push dword v86_code - BASE
    iret
bits 16
v86_code:
    int 0x40
v86_behind:
    ud2
v86_handler:
    pop ebx                                 ; IP, CS
    pop cx                                  ; FLAGS
    mov si, sp
    push cx
    push ebx
    pushf
    pop di
    iret
bits 32
redirected:
    same "came back", dword [got_eip], v86_behind - BASE
    same "IP, CS", ebx, at(v86_behind) - BASE | (BASE >> 4 << 16)
    and ecx, 0xffff
    same "FLAGS: VIF as IF, IOPL 3", ecx, 2 | EF_IF | EF_IOPL3
    and edi, 0xffff
    same "the handler has VIF clear", edi, 2 | EF_IOPL3
    same "IRET sets it again", dword [got_flags], 2 | EF_VM | EF_VIF | EF_RF

; ---- a 16-bit TSS has no bitmap
    mov eax, cr4
    and eax, ~1
    mov cr4, eax
    mov word [tss_16 + 2], 0xf000
    mov word [tss_16 + 4], DATA16           ; 16 bits of stack pointer: use a segment with that base
    mov ax, TSS_16
    ltr ax
    mov edx, 0x104
    mov dword [v86_flags], 2 | EF_VM
    ring3_faults GP, 0, in al, dx
    done
