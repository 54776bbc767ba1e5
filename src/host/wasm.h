// The C interface of the page's core (build/wasm/page/tabpc.mjs): what the worker calls. It has no imports of its own:
// everything that leaves the machine (pixels, serial bytes, QMP lines, disk requests, messages) is taken by the worker
// after a slice, so the worker alone decides when and how to post it on. One instance of the module can hold any number
// of machines; a `Tabpc*` is one of them.
//
// Conventions. Exported as `_tabpc_…`. Pointers are 32-bit and may lie above 2 GiB: `>>> 0` them. Memory can grow in any
// call: make views of HEAPU8 anew after every call. Strings going in are (pointer, length) in UTF-8; strings coming out
// are NUL-terminated and stay until the next call for that machine. Structures are in memory as declared here; all
// fields are 4 or 8 bytes long and naturally aligned. Times are in milliseconds, as doubles.
//
// A session:
//     pc = tabpc_new()
//     tabpc_add_bytes(pc, "bios-256k.bin", …), "vgabios-stdvga.bin", "vgabios-cirrus.bin"     the firmware, by name
//     tabpc_add_bytes(pc, "boot.img", …)  or  tabpc_add_source(pc, "disk.img", size, …)       the images, by any name
//     tabpc_start(pc, '{"m": "64M", "fda": "boot.img"}')                                      0, or see tabpc_error
//     loop: wait = tabpc_run(pc, 8); take what tabpc_pending(pc) announces; sleep `wait`
//     tabpc_delete(pc)
#pragma once
#include <stdint.h>

#ifdef __EMSCRIPTEN__
#include <emscripten/emscripten.h>
#define TABPC_EXPORT extern "C" EMSCRIPTEN_KEEPALIVE
#else
#define TABPC_EXPORT extern "C"
#endif

typedef struct Tabpc Tabpc;
typedef uintptr_t TabpcPointer; // 4 bytes in wasm

// ---- memory for arguments -------------------------------------------------------------------------------------------
TABPC_EXPORT void* tabpc_alloc(uint32_t bytes); // null when the browser has no more
TABPC_EXPORT void tabpc_release(void* memory);

// ---- life -----------------------------------------------------------------------------------------------------------
TABPC_EXPORT Tabpc* tabpc_new(void);
TABPC_EXPORT void tabpc_delete(Tabpc* pc);

// The sentence that says why the last call for this machine failed.
TABPC_EXPORT const char* tabpc_error(Tabpc* pc);

// A named file. `memory` comes from tabpc_alloc and belongs to the machine from now on, whatever is returned. A file of
// the same name is replaced for whoever opens it next; a drive that has the old one open keeps it. 0 is success.
TABPC_EXPORT int32_t tabpc_add_bytes(Tabpc* pc, const char* name, uint32_t name_length, void* memory,
                                     uint32_t bytes);
// A named file whose bytes the worker fetches on request (below). `source` is the worker's own number for it. Writes are
// kept in an overlay in memory unless `writable`. The size may exceed 4 GiB.
TABPC_EXPORT int32_t tabpc_add_source(Tabpc* pc, const char* name, uint32_t name_length, double bytes,
                                      uint32_t source, int32_t writable);

// Builds and resets the machine. `options` is a JSON object of QEMU's option words without their dash, values as on
// QEMU's command line: {"m": "64M", "hda": "disk.img", "drive": ["file=a.img,format=raw,if=ide,index=1"], "snapshot":
// true}; a list repeats the option. `-S` is the word "S". 0 is success.
TABPC_EXPORT int32_t tabpc_start(Tabpc* pc, const char* options, uint32_t length);

// ---- running --------------------------------------------------------------------------------------------------------
// Runs the guest for at most `budget_ms` of host time. Returns how long the worker may sleep before it must call again:
// 0 call again at once (after letting messages in); > 0 the guest is halted until then, or until input or a completion
// arrives; TABPC_PAUSED, TABPC_SHUT_DOWN: nothing to run (input, QMP and pause/continue still work when paused).
enum { TABPC_PAUSED = -1, TABPC_SHUT_DOWN = -2 };
TABPC_EXPORT double tabpc_run(Tabpc* pc, double budget_ms);
TABPC_EXPORT void tabpc_pause(Tabpc* pc);
TABPC_EXPORT void tabpc_continue(Tabpc* pc);
TABPC_EXPORT void tabpc_reset(Tabpc* pc); // the reset button
TABPC_EXPORT void tabpc_power_button(Tabpc* pc);

// What waits to be taken.
enum {
    TABPC_HAS_FRAME = 1,   // the picture changed: tabpc_frame
    TABPC_HAS_SERIAL = 2,  // tabpc_serial_read
    TABPC_HAS_QMP = 4,     // tabpc_qmp_read
    TABPC_HAS_REQUEST = 8, // tabpc_next_request
    TABPC_HAS_MESSAGE = 16 // tabpc_next_message
};
TABPC_EXPORT uint32_t tabpc_pending(Tabpc* pc);

// ---- picture --------------------------------------------------------------------------------------------------------
typedef struct TabpcFrame {
    TabpcPointer pixels;    // RGBA bytes, alpha 255; row y begins at pixels + y * stride
    uint32_t width, height; // 0: the display is off (blank, or there is no card)
    uint32_t stride;        // in bytes
    uint32_t damage_x, damage_y, damage_width,
        damage_height; // what differs from the frame taken before; empty: nothing
    uint32_t text;     // 1: a text mode (`x-screen-text` through QMP gives the characters)
} TabpcFrame;
// Draws what changed since the last call and returns the frame. The pixels stay until the next call of tabpc_run. Call
// it once per animation frame, also without TABPC_HAS_FRAME: the cursor blinks by guest time.
TABPC_EXPORT const TabpcFrame* tabpc_frame(Tabpc* pc);

// ---- keyboard and mouse -----------------------------------------------------------------------------------------------
// `code` is KeyboardEvent.code ("KeyA", "ArrowLeft"): the physical key. Returns 0, or 1 for a key that no PC keyboard has.
TABPC_EXPORT int32_t tabpc_key(Tabpc* pc, const char* code, uint32_t length, int32_t down);
TABPC_EXPORT void tabpc_release_keys(
    Tabpc* pc); // blur, hiding, lost capture: every held key and button goes up
// Lock lights as the guest set them.
enum { TABPC_SCROLL_LOCK = 1, TABPC_NUM_LOCK = 2, TABPC_CAPS_LOCK = 4 };
TABPC_EXPORT uint32_t tabpc_keyboard_leds(Tabpc* pc);

// `wants_absolute`: the guest's driver asks for positions (vmmouse); then no pointer lock is needed.
TABPC_EXPORT int32_t tabpc_mouse_wants_absolute(Tabpc* pc);
TABPC_EXPORT void tabpc_mouse_move(Tabpc* pc, int32_t dx, int32_t dy); // in guest pixels; y grows downwards
TABPC_EXPORT void tabpc_mouse_position(Tabpc* pc, double x, double y); // 0..1 of the picture
TABPC_EXPORT void tabpc_mouse_wheel(Tabpc* pc, int32_t clicks);        // > 0: towards the user
TABPC_EXPORT void tabpc_mouse_buttons(Tabpc* pc,
                                      uint32_t buttons); // MouseEvent.buttons: 1 left, 2 right, 4 middle

// ---- serial ports (0: COM1 … as many as "serial" was given: "page" or "none"; default one) -----------------------------------
TABPC_EXPORT uint32_t tabpc_serial_read(Tabpc* pc, uint32_t port, void* to,
                                        uint32_t capacity); // returns bytes taken
TABPC_EXPORT uint32_t tabpc_serial_write(Tabpc* pc, uint32_t port, const void* from,
                                         uint32_t n); // returns bytes accepted

// ---- QMP: one client. Bytes in and out are the protocol's own stream, lines of JSON; the greeting is the first ----------
TABPC_EXPORT void tabpc_qmp_write(Tabpc* pc, const void* from, uint32_t n);
TABPC_EXPORT uint32_t tabpc_qmp_read(Tabpc* pc, void* to, uint32_t capacity); // returns bytes taken

// ---- requests for bytes of a tabpc_add_source ---------------------------------------------------------------------------
enum { TABPC_READ = 0, TABPC_WRITE = 1, TABPC_FLUSH = 2 };
typedef struct TabpcRequest {
    double offset;       // in the file
    uint32_t id;         // names the request in tabpc_complete
    uint32_t source;     // as given to tabpc_add_source
    uint32_t kind;       // TABPC_READ …
    TabpcPointer buffer; // where read bytes go, where written bytes are; valid until tabpc_complete
    uint32_t length;     // in bytes
    uint32_t pad;
} TabpcRequest;
// The next request not yet taken, or null. Any number may be under way; complete them in any order.
TABPC_EXPORT const TabpcRequest* tabpc_next_request(Tabpc* pc);
// `failed`: 0, or 1 for an error, which the guest sees as a bad sector. Unknown ids (a machine reset meanwhile) are ignored.
TABPC_EXPORT void tabpc_complete(Tabpc* pc, uint32_t id, int32_t failed);

// ---- lights and numbers -------------------------------------------------------------------------------------------------
// A sentence for the user (why it stopped, what the guest did wrong), or null.
TABPC_EXPORT const char* tabpc_next_message(Tabpc* pc);

typedef struct TabpcStats {
    double instructions;            // retired since start
    double virtual_ms;              // guest time
    double interpreted;             // instructions by the interpreter
    double translated;              // by translated code
    double disk_reads, disk_writes; // requests to hard disks and CDs, for a light
    double floppy_reads, floppy_writes;
    double exit_status; // once shut down: what the process would return
} TabpcStats;
TABPC_EXPORT const TabpcStats* tabpc_stats(Tabpc* pc);
