; welcome.asm - tabpc's welcome floppy: a boot sector and one 16-bit program for any PC from the 386 with a VGA on.
; It shows text mode, mode 13h, the keyboard, the mouse and the speaker. Everything is drawn by this program; of the
; BIOS it uses the disk (to load), the keyboard, the clock, the mouse, and what it says about the machine.
;
; Memory: this program 1000:0000, its variables after it (vars.inc); big buffers in segments of their own from 2000 on.
; Everywhere: DS is the program's segment, DF is clear. A show may change every other register.

        cpu 586                                 ; CPUID and RDTSC, used only where they exist; the rest is 386
        bits 16
        org 0

PROGRAM         equ 0x1000                      ; segment
BUFFER          equ 0x2000                      ; one frame of mode 13h, drawn out of sight
TABLE           equ 0x3000                      ; 3000, 4000, 5000, 6000: tables of the tunnel
TEXT            equ 0xb800
GRAPHICS        equ 0xa000

KEY_ESC         equ 0x01                        ; scan codes, as INT 16h returns them in AH
KEY_SPACE       equ 0x39
KEY_ENTER       equ 0x1c
KEY_UP          equ 0x48
KEY_LEFT        equ 0x4b
KEY_RIGHT       equ 0x4d
KEY_DOWN        equ 0x50

%include "boot.inc"
%include "timer.inc"
%include "text.inc"
%include "graphics.inc"
%include "menu.inc"
%include "sysinfo.inc"
%include "plasma.inc"
%include "tunnel.inc"
%include "torus.inc"
%include "stars.inc"
%include "piano.inc"
%include "keyboard.inc"
%include "snake.inc"
%include "paint.inc"
%include "chars.inc"

program_end:
TRACKS          equ (program_end - boot + TRACK_BYTES - 1) / TRACK_BYTES
        times 1474560 - (program_end - boot) db 0

%include "vars.inc"
