; Real mode: far transfers, interrupts and their limits, segment limits, what protected mode leaves behind.
%include "kit.inc"

%macro same16 3                     ; name, 16-bit value, expected
    push word %2
    push word %3
    call compare16
    jz %%next
    push si
    mov si, %%text - BASE
    call print16
    pop si
    jmp %%next
%%text: db %1, 10, 0
%%next:
%endmacro
; The instruction must raise the exception (real mode pushes no error code), with IP at itself.
%macro faults16 2+
    mov word [got16 - BASE], -1
    mov word [resume16 - BASE], %%after - BASE
    mov [sp16 - BASE], sp
%%insn:
    %2
%%after:
%defstr %%words %2
    same16 {%%words, ": vector"}, [got16 - BASE], %1
    same16 {%%words, ": IP"}, [ip16 - BASE], %%insn - BASE
%endmacro
%macro works16 1+
    mov word [got16 - BASE], -1
    mov word [resume16 - BASE], %%after - BASE
    mov [sp16 - BASE], sp
    %1
%%after:
%defstr %%words %1
    same16 %%words, [got16 - BASE], -1
%endmacro

bits 16
got16: dw 0
ip16: dw 0
sp16: dw 0
resume16: dw 0
scratch: dd 0, 0

print16:                            ; si: text
    push ax
.next:
    mov al, [si]
    inc si
    out 0xe9, al
    cmp byte [si], 0
    jne .next
    pop ax
    ret
compare16:                          ; ZF: the two words are equal
    push bp
    mov bp, sp
    push ax
    mov ax, [bp + 4]
    cmp ax, [bp + 6]
    pop ax
    pop bp
    ret 4

%macro handler 1
handler_%1:
    mov word [cs:got16 - BASE], %1
    jmp fault16
%endmacro
handler 5
handler 6
handler 12
handler 13
fault16:
    mov bp, BASE >> 4
    mov ds, bp
    mov ss, bp
    mov bp, sp
    mov bp, [bp]
    mov [ip16 - BASE], bp
    mov sp, [sp16 - BASE]
    jmp [resume16 - BASE]

%macro vector 2
    mov word [es:(%1) * 4], %2 - BASE
    mov word [es:(%1) * 4 + 2], BASE >> 4
%endmacro

start:
    mov ax, BASE >> 4
    mov ds, ax
    mov ss, ax
    mov sp, 0xfff0
    xor ax, ax
    mov es, ax
    vector 5, handler_5
    vector 6, handler_6
    vector 12, handler_12
    vector 13, handler_13
    vector 0x60, int60

; ---- far transfers
    call BASE >> 4:.called - BASE
.returned:
    jmp BASE >> 4:.jumped - BASE
.called:
    mov bp, sp
    same16 "CALLF: IP", [bp], .returned - BASE
    same16 "CALLF: CS", [bp + 2], BASE >> 4
    same16 "CALLF: SP", bp, 0xffec
    retf
.jumped:
    jmp (BASE >> 4) - 0x10:.alias - BASE + 0x100    ; the same place by another name
.alias:
    mov bx, cs
    same16 "CS", bx, (BASE >> 4) - 0x10
    jmp BASE >> 4:.straight - BASE
.straight:
    push word 0x1111
    push word BASE >> 4
    push word .released - BASE
    retf 2
.released:
    same16 "RETF 2", sp, 0xfff0
    jmp dword far [pointer - BASE]
pointer: dd pointed - BASE
    dw BASE >> 4
pointed:
    faults16 13, jmp dword (BASE >> 4):0x10000      ; beyond the limit

; ---- interrupts
    stc
    sti
    int 0x60
    pushf
    pop bx
    cli
    and bx, EF_CF | EF_IF
    same16 "IRET restores FLAGS", bx, EF_CF | EF_IF
    same16 "in the handler IF and TF are clear", cx, 0
    same16 "pushed FLAGS", dx, EF_CF | EF_IF
    faults16 6, ud2
    faults16 6, sldt ax
    faults16 6, arpl ax, bx
    mov word [scratch - BASE], 5
    mov word [scratch + 2 - BASE], 9
    mov ax, 4
    faults16 5, bound ax, [scratch - BASE]
    mov ax, 9
    works16 bound ax, [scratch - BASE]
    lidt [short_idtr - BASE]
    faults16 13, int 0x60                           ; beyond the IDT's limit
    lidt [real_idtr - BASE]

; ---- limits
    mov bx, 0xffff
    faults16 13, mov ax, [bx]
    faults16 13, mov [bx], ax
    faults16 12, mov ax, ss:[bx]
    works16 mov al, [bx]
    mov ebx, 0x10000
    faults16 13, mov al, [ebx]
    mov sp, 0xffff
    faults16 12, pop ax
    mov sp, 0xfff0
    mov ax, cs
    mov es, ax
    works16 mov [cs:scratch - BASE], ax             ; CS is writable here

; ---- LOADALL's heir: limits that protected mode left
    call enter_protected_mode
bits 32
    mov eax, cr0
    and al, 0xfe
    jmp CODE16:.leave - BASE
bits 16
.leave:
    mov bx, FLAT_DATA
    mov es, bx
    mov bx, DATA16
    mov ss, bx
    mov ds, bx
    o32 lidt [real_idtr - BASE]
    mov cr0, eax
    jmp BASE >> 4:.unreal - BASE
.unreal:
    mov ax, BASE >> 4
    mov ds, ax
    mov ss, ax
    mov sp, 0xfff0
    xor ax, ax
    mov es, ax                                      ; ES keeps its limit of 4 GiB
    mov ebx, 0x200000
    mov dword [es:ebx], 0x55aa55aa
    works16 mov eax, [es:ebx]
    same16 "4 GiB in real mode", ax, 0x55aa
    faults16 13, mov eax, [ebx]                     ; DS has 64 KiB

; ---- PUSHF, POPF, PUSHA
    push word 0xfeff
    popf
    pushf
    pop bx
    push word 2
    popf
    and bx, 0xf0ff
    same16 "FLAGS", bx, 0x70d7
    mov ax, 1
    mov cx, 2
    mov dx, 3
    mov bx, 4
    mov bp, 5
    mov si, 6
    mov di, 7
    pusha
    mov bp, sp
    same16 "PUSHA: AX", [bp + 14], 1
    same16 "PUSHA: SP", [bp + 6], 0xfff0
    same16 "PUSHA: DI", [bp], 7
    popa
    same16 "POPA", sp, 0xfff0
    mov bp, 0x8000
    mov word [0x7ffe], 0x1234
    enter 6, 2
    same16 "ENTER: BP", bp, 0xffee
    same16 "ENTER: SP", sp, 0xffe4
    same16 "ENTER: old BP", [bp], 0x8000
    same16 "ENTER: display", [bp - 2], 0x1234
    same16 "ENTER: own frame", [bp - 4], 0xffee
    mov si, .done - BASE
    call print16
    cli
    hlt
.done: db "done", 10, 0
int60:
    mov bp, sp
    mov dx, [bp + 4]
    pushf
    pop cx
    and cx, EF_IF | EF_TF
    and dx, EF_CF | EF_IF
    iret
short_idtr:
    dw 0x60 * 4 + 2
    dd 0
