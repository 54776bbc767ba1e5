; A boot sector that shows what keyboard and mouse send, for the tests of the hosts. It polls; no interrupt, no BIOS after
; the first lines. Numbers are hexadecimal.
;   row 0   "ps2 XXXX YYYY ZZ BB"   sums of the PS/2 mouse's movements (x to the right, y upwards) and wheel clicks;
;                                   the buttons of its last packet: 1 left, 2 right, 4 middle
;   row 1   "vmm XXXX YYYY ZZ BB"   the last event of vmmouse; buttons: 1 middle, 2 right, 4 left. The key V switches
;                                   it on, R off again
;   row 2   "key" and the scan codes, as set 1, in the order they came
; nasm -f bin input.asm -o input.img

VMPORT        equ 0x5658        ; VMware's backdoor, as QEMU has it
VMPORT_MAGIC  equ 0x564d5868
VMMOUSE_DATA  equ 0x27
VMMOUSE_STATUS  equ 0x28
VMMOUSE_COMMAND equ 0x29
READ_ID       equ 0x45414552    ; commands of VMMOUSE_COMMAND
REQUEST_ABSOLUTE equ 0x53424152
DISABLE       equ 0xf5
ROW           equ 160
ATTRIBUTE     equ 0x1f

        org 0x7c00
        jmp 0:start             ; the BIOS may have come in as 07C0:0000

start:  cld
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        mov ax, 0x0003
        int 0x10
        mov ah, 1               ; no cursor: it would blink
        mov cx, 0x2000
        int 0x10
        cli
        mov ax, 0xb800
        mov es, ax
        mov si, names
        xor di, di
        call puts
        mov di, ROW
        call puts
        mov di, 2 * ROW
        call puts

        mov al, 0xa8            ; 8042: enable the auxiliary port
        call command
        mov si, mouse_setup     ; the rates that make a wheel mouse of it, then streaming
.setup: lodsb
        test al, al
        jz poll
        call mouse
        jmp .setup

poll:   in al, 0x64
        test al, 0x01           ; OBF
        jz vmmouse
        mov ah, al
        in al, 0x60
        test ah, 0x20           ; from the mouse
        jnz packet
        mov di, [key_at]
        call hex8
        inc di
        inc di
        mov [key_at], di
        cmp al, 0x2f            ; V
        je vmmouse_on
        cmp al, 0x13            ; R
        jne poll
        mov ebx, DISABLE
        mov cx, VMMOUSE_COMMAND
        call vmport
        jmp poll

; AL: a byte of a packet of four: buttons and signs, x, y, wheel.
packet: mov bx, [have]
        mov [bytes + bx], al
        inc bx
        and bx, 3
        mov [have], bx
        jnz poll
        mov bl, [bytes]
        movzx ax, byte [bytes + 1]
        test bl, 0x10           ; x is negative
        jz .x
        mov ah, 0xff
.x:     add [sum_x], ax
        movzx ax, byte [bytes + 2]
        test bl, 0x20
        jz .y
        mov ah, 0xff
.y:     add [sum_y], ax
        mov al, [bytes + 3]
        add [sum_z], al
        mov di, 8
        mov ax, [sum_x]
        mov cx, [sum_y]
        mov dl, [sum_z]
        and bl, 7
        call show
        jmp poll

vmmouse_on:
        mov ebx, READ_ID        ; switches it on
        mov cx, VMMOUSE_COMMAND
        call vmport
        mov ebx, 1              ; the version it answers
        mov cx, VMMOUSE_DATA
        call vmport
        mov ebx, REQUEST_ABSOLUTE
        mov cx, VMMOUSE_COMMAND
        call vmport
        jmp poll

vmmouse:
        mov cx, VMMOUSE_STATUS
        call vmport
        cmp ax, 4               ; words in its queue; FFFF in the upper half: switched off
        jb poll
        mov ebx, 4
        mov cx, VMMOUSE_DATA
        call vmport             ; buttons, x, y, z
        xchg eax, ebx
        shr bl, 3               ; 08 middle, 10 right, 20 left
        mov di, ROW + 8
        call show
        jmp poll

; EAX, EBX, ECX, EDX: the answer to command CX with argument EBX.
vmport: mov eax, VMPORT_MAGIC
        movzx ecx, cx
        mov dx, VMPORT
        in eax, dx
        ret

; Shows AX, CX, DL and BL from DI on.
show:   call hex16
        mov ax, cx
        call hex16
        mov al, dl
        call hex8
        inc di
        inc di
        mov al, bl
        jmp hex8

hex16:  xchg al, ah
        call hex8
        xchg al, ah
        call hex8
        inc di
        inc di
        ret
; AL as two digits; keeps AX.
hex8:   push ax
        ror al, 4
        call .digit
        ror al, 4
        call .digit
        pop ax
        ret
.digit: push ax
        and al, 15
        cmp al, 10
        sbb al, 0x69
        das
        mov ah, ATTRIBUTE
        stosw
        pop ax
        ret

puts:   mov ah, ATTRIBUTE
.next:  lodsb
        test al, al
        jz .end
        stosw
        jmp .next
.end:   ret

; AL: a byte for the mouse, whose ACK it waits for.
mouse:  push ax
        mov al, 0xd4
        call command
        pop ax
        out 0x60, al
.ack:   in al, 0x64
        test al, 0x01
        jz .ack
        in al, 0x60
        ret
; AL: a command for the 8042.
command:
        push ax
.busy:  in al, 0x64
        test al, 0x02           ; IBF
        jnz .busy
        pop ax
        out 0x64, al
.taken: in al, 0x64
        test al, 0x02
        jnz .taken
        ret

names:  db "ps2", 0, "vmm", 0, "key", 0
mouse_setup: db 0xf3, 200, 0xf3, 100, 0xf3, 80, 0xf4, 0
key_at: dw 2 * ROW + 8
have:   dw 0
bytes:  times 4 db 0
sum_x:  dw 0
sum_y:  dw 0
sum_z:  db 0

        times 510 - ($ - $$) db 0
        dw 0xaa55
