; Option ROM that starts a Linux kernel handed over through fw_cfg (QEMU's docs/specs/fw_cfg, "DMA Interface"). SeaBIOS
; finds its boot entry vector (Plug and Play BIOS specification 1.0A, chapter 3) and calls it as a boot device. Where
; everything goes, and the header's fields, the machine has worked out (linux_boot.cpp); this moves bytes and jumps into
; the kernel's real-mode setup as Documentation/arch/x86/boot.rst asks. build.sh makes linuxboot.inc of it.
        bits 16
        org 0
        cpu 486

DMA_ADDRESS     equ 0x514               ; big-endian, high half first; the low half starts the transfer
DMA_SELECT      equ 8
DMA_READ        equ 2

rom:    dw 0xaa55
        db (rom_end - rom) / 512
        retf                            ; initialization: nothing to do
        times 0x1a - ($ - rom) db 0
        dw pnp

        align 16
pnp:    db "$PnP", 1, 2                 ; revision, length in paragraphs
        dw 0                            ; no further header
        db 0
        db 0                            ; checksum: filled in by the machine, with the ROM's
        dd 0
        dw manufacturer, product
        db 0, 0, 0                      ; device type
        db 0                            ; device indicators
        dw 0, 0                         ; boot connection vector, disconnect vector
        dw boot                         ; boot entry vector
        dw 0, 0

manufacturer: db "tabpc", 0
product:      db "Linux kernel", 0

; fw_cfg keys: address, size, data.
pieces: db 0x07, 0x08, 0x11             ; kernel
        db 0x0a, 0x0b, 0x12             ; initial RAM disk
        db 0x13, 0x14, 0x15             ; command line
        db 0x16, 0x17, 0x18             ; setup
pieces_end:

boot:   cld
        mov si, pieces
.piece: cs lodsb
        call read_u32
        mov edi, eax
        cs lodsb
        call read_u32
        mov ecx, eax
        cs lodsb
        jecxz .skip
        movzx eax, al
        call dma_read
.skip:  cmp si, pieces_end
        jb .piece

        mov al, 0x16                    ; SETUP_ADDR
        call read_u32
        shr eax, 4
        cli
        mov ss, ax
        mov sp, 0xfff0
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        add ax, 0x20                    ; its entry point is at 0200
        push ax
        push word 0
        xor ebx, ebx
        xor ebp, ebp
        xor edi, edi
        retf

; al: key -> eax: the item's value. Keeps ecx, esi, edi.
read_u32:
        push ecx
        push edi
        push dword 0
        movzx eax, al
        mov ecx, 4
        call stack_address
        call dma_read
        pop eax
        pop edi
        pop ecx
        ret

; edi: the physical address of what is on the stack above the return address.
stack_address:
        xor edi, edi
        mov di, ss
        shl edi, 4
        movzx edx, sp
        lea edi, [edi + edx + 2]
        ret

; eax: key, ecx: bytes, edi: physical address they go to.
dma_read:
        push bp
        shl eax, 16
        or eax, DMA_SELECT | DMA_READ
        bswap eax
        bswap ecx
        bswap edi
        push edi                        ; the descriptor: control, length, address, all big-endian
        push dword 0
        push ecx
        push eax
        mov bp, sp
        call stack_address
        xor eax, eax
        mov dx, DMA_ADDRESS
        out dx, eax
        mov eax, edi
        bswap eax
        mov dx, DMA_ADDRESS + 4
        out dx, eax
.wait:  test dword [bp], 0xfeffffff     ; anything but the error bit: under way
        jnz .wait
        add sp, 16
        pop bp
        ret

        times 512 - ($ - rom) % 512 db 0
rom_end:
