; Virtual-8086 mode: entry and exit, IOPL-sensitive instructions, the virtual-8086 extensions (CR4.VME), and protected-mode
; virtual interrupts (CR4.PVI).
%include "kit.inc"

%macro set_gate 4
    mov dword [idt + (%1) * 8], ((%2) << 16) | ((%3) & 0xffff)
    mov dword [idt + (%1) * 8 + 4], ((%3) & 0xffff0000) | ((%4) << 8)
%endmacro

bits 16
start:
    call enter_protected_mode
bits 32
    set_gate 0x40, FLAT_CODE, at(stub_20), 0xee
    set_gate 0x41, FLAT_CODE, at(stub_20), 0x8e
    set_gate BP_, FLAT_CODE, at(stub_3), 0xee

; ---- IOPL 0
    v86_faults GP, 0, cli
    v86_faults GP, 0, sti
    v86_faults GP, 0, pushf
    v86_faults GP, 0, popf
    v86_faults GP, 0, iret
    v86_faults GP, 0, int 0x40
    v86_faults GP, 0, int 3
    v86_faults GP, 0, hlt
    v86_faults GP, 0, in al, 0x60
    v86_faults GP, 0, out dx, al
    v86_faults GP, 0, mov eax, cr0
    v86_faults GP, 0, lidt [0]
    v86_faults GP, 0, lmsw ax
    v86_faults GP, 0, mov eax, dr7
    v86_traps BP_, int3             ; CC does not look at IOPL
    v86_works nop
    v86_works smsw ax
    v86_faults GP, 0, mov eax, [0xfffd]     ; 64 KiB limits
    v86_faults GP, 0, mov [0xffff], ax
    mov ebx, 0x10000
    v86_faults GP, 0, mov al, [ebx]
    mov ebp, 0xffff
    v86_faults SS_, 0, mov ax, [bp]

; ---- IOPL 3
    mov dword [v86_flags], 2 | EF_VM | EF_IOPL3
    v86_works cli
    v86_works sti
    v86_works pushf
    v86_traps 20, int 0x40
    v86_faults GP, 0x41 * 8 + 2, int 0x41
    v86_faults GP, 0, in al, 0x60   ; the bitmap decides, whatever IOPL
    v86_faults GP, 0, hlt
    set_gate 0x40, USER_CODE, at(stub_20), 0xee
    v86_faults GP, USER_CODE & ~3, int 0x40 ; a handler has to be at CPL 0
    set_gate 0x40, FLAT_CODE, at(frame), 0xee

; ---- the frame of an interrupt, and back by IRET
    mov dword [resume_eip], after_frame
    mov [resume_esp], esp
    push dword 0x4444               ; GS FS DS ES
    push dword 0x3333
    push dword BASE >> 4
    push dword 0x1111
    push dword V86_STACK >> 4
    push dword 0x200
    push dword 2 | EF_VM | EF_IOPL3 | EF_IF
    push dword BASE >> 4
    push dword v86_code - BASE
    iret
bits 16
v86_code:
    mov bx, es
    mov cx, ss
    mov si, sp
    int 0x40
.behind:
    mov dx, es
    pushf
    pop di
    ud2
bits 32
frame:
    mov ax, ds
    shl eax, 16
    mov ax, gs
    push eax
    mov ax, FLAT_DATA
    mov ds, ax
    same "DS and GS are null", dword [esp], 0
    pop eax
    same "EIP", dword [esp], v86_code.behind - BASE
    same "CS", dword [esp + 4], BASE >> 4
    same "EFLAGS", dword [esp + 8], 2 | EF_VM | EF_IOPL3 | EF_IF
    same "ESP", dword [esp + 12], 0x200
    same "SS", dword [esp + 16], V86_STACK >> 4
    same "ES", dword [esp + 20], 0x1111
    same "DS", dword [esp + 24], BASE >> 4
    same "FS", dword [esp + 28], 0x3333
    same "GS", dword [esp + 32], 0x4444
    lea eax, [esp + 36]
    same "stack of CPL 0", eax, ring0_stack
    mov dword [esp + 20], 0x5555
    iret
after_frame:
    same "V86 ended by", dword [got_vector], UD
    and ebx, 0xffff
    same "ES at entry", ebx, 0x1111
    and edx, 0xffff
    same "ES after the interrupt", edx, 0x5555
    and edi, 0xffff
    same "FLAGS", edi, 2 | EF_IOPL3 | EF_IF

; ---- POPF in V86 with IOPL 3: IOPL stays
    mov dword [resume_eip], .after_popf
    mov dword [v86_line], .popf - BASE
    jmp go_v86
bits 16
.popf:
    push word 0x7fd7                ; all but TF... with IOPL 3
    pop ax
    and ax, ~0x3100
    push ax
    popf
    pushf
    pop bx
    ud2
bits 32
.after_popf:
    and ebx, 0xffff
    same "POPF keeps IOPL", ebx, 0x4ed7 | 0x3000

; ---- CR4.VME: IF is VIF
    mov eax, cr4
    or eax, 1
    mov cr4, eax
    mov dword [v86_flags], 2 | EF_VM | EF_IF
    v86_works sti
    same "STI sets VIF", dword [got_flags], 2 | EF_VM | EF_IF | EF_VIF | EF_RF
    mov dword [v86_flags], 2 | EF_VM | EF_IF | EF_VIF
    v86_works cli
    same "CLI clears VIF", dword [got_flags], 2 | EF_VM | EF_IF | EF_RF
    v86_faults GP, 0, pushfd
    v86_faults GP, 0, o32 iret
    mov dword [v86_flags], 2 | EF_VM | EF_IF | EF_VIP
    v86_faults GP, 0, sti           ; an interrupt waits
    v86_works cli
    mov dword [v86_flags], 2 | EF_VM | EF_IF | EF_VIF | EF_VIP
    v86_faults GP, 0, nop           ; and is let in at once
    same "VIF and VIP stay", dword [got_flags], 2 | EF_VM | EF_IF | EF_VIF | EF_VIP | EF_RF
    mov dword [v86_flags], 2 | EF_VM | EF_IF | EF_VIF | EF_VIP | EF_IOPL3
    v86_works nop                   ; with IOPL 3 they mean nothing
    mov dword [v86_flags], 2 | EF_VM | EF_VIF
    mov dword [resume_eip], .after_vme
    mov dword [v86_line], .vme - BASE
    jmp go_v86
bits 16
.vme:
    pushf
    pop bx                          ; VIF shows as IF, and IOPL as 3
    push word 2
    popf
    pushf
    pop cx
    ud2
bits 32
.after_vme:
    and ebx, 0xffff
    and ecx, 0xffff
    same "PUSHF shows VIF", ebx, 2 | EF_IF | EF_IOPL3
    same "POPF sets VIF", ecx, 2 | EF_IOPL3
    same "IF is left alone", dword [got_flags], 2 | EF_VM | EF_RF
    mov eax, cr4
    and eax, ~1
    mov cr4, eax

; ---- CR4.PVI at CPL 3
    ring3_faults GP, 0, cli
    mov dword [ring3_flags], 2 | EF_IF | EF_VIF | EF_VIP
    ring3_works nop
    mov dword [ring3_flags], 2 | EF_IF
    mov eax, cr4
    or eax, 2
    mov cr4, eax
    mov dword [ring3_flags], 2 | EF_IF
    ring3_works sti
    same "STI sets VIF", dword [got_flags], 2 | EF_IF | EF_VIF | EF_RF
    mov dword [ring3_flags], 2 | EF_IF | EF_VIP
    ring3_faults GP, 0, sti
    ring3_works cli
    mov dword [ring3_flags], 2 | EF_IF | EF_VIF | EF_VIP
    ring3_faults GP, 0, nop
    done

; Goes to v86_line in V86 mode with v86_flags.
v86_line: dd 0
go_v86:
    mov [resume_esp], esp
    times 4 push dword BASE >> 4
    push dword V86_STACK >> 4
    push dword 0x100
    push dword [v86_flags]
    push dword BASE >> 4
    push dword [v86_line]
    iret
