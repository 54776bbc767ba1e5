// See i8042.h.
#include "hw/isa/i8042.h"
#include "base/log.h"

namespace tabpc {

namespace {

enum Command : u8 {
    READ_RAM = 0x20,  // to 3F; 20 is the command byte
    WRITE_RAM = 0x60, // to 7F
    TEST_PASSWORD = 0xa4,
    DISABLE_AUX = 0xa7,
    ENABLE_AUX = 0xa8,
    TEST_AUX = 0xa9,
    SELF_TEST = 0xaa,
    TEST_KBD = 0xab,
    DISABLE_KBD = 0xad,
    ENABLE_KBD = 0xae,
    READ_INPUT_PORT = 0xc0,
    READ_OUTPUT_PORT = 0xd0,
    WRITE_OUTPUT_PORT = 0xd1,
    WRITE_KBD_OUTPUT = 0xd2,
    WRITE_AUX_OUTPUT = 0xd3,
    WRITE_AUX = 0xd4,
    DISABLE_A20 = 0xdd,
    ENABLE_A20 = 0xdf, // Hewlett-Packard's
    READ_TEST_INPUTS = 0xe0,
    PULSE = 0xf0 // to FF: output port bits 3:0 that are 0 here pulse low
};

// Scan code set 2 to set 1, the table in the controller's ROM. From 85 on codes stay as they are.
constexpr u8 SET2_TO_SET1[0x85] = {
    0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59, // 00
    0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a, 0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b, // 10
    0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c, 0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d, // 20
    0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e, 0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f, // 30
    0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60, 0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61, // 40
    0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e, 0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76, // 50
    0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b, 0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f, // 60
    0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45, 0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54, // 70
    0x80, 0x81, 0x82, 0x41, 0x54,                                                                   // 80
};

} // namespace

I8042::I8042(IoSpace& io, Ps2Device& keyboard, Ps2Device& aux) : keyboard_(keyboard), aux_(aux)
{
    io.map<&I8042::read_data, &I8042::write_data>(0x60, 1, this, "i8042-data");
    io.map<&I8042::read_status, &I8042::write_command>(0x64, 1, this, "i8042-cmd");
    keyboard.data.connect(irq_input<&I8042::device_data>(this));
    aux.data.connect(irq_input<&I8042::device_data>(this));
}

void I8042::reset()
{
    status_ = A2 | NOT_LOCKED;
    output_buffer_ = 0;
    output_port_ = OUT_ONES | NOT_RESET | A20;
    pending_ = 0;
    break_prefix_ = false;
    for (u8& b : ram_) b = 0;
    command_byte() = KBD_INT | AUX_INT;
    replies_.clear();
    irq_level_ = aux_irq_level_ = false;
    irq.lower();
    aux_irq.lower();
    a20.raise();
}

u32 I8042::read_status(u16, int) { return status_; }

u32 I8042::read_data(u16, int)
{
    const u8 v = output_buffer_;
    if (status_ & OBF) {
        status_ &= static_cast<u8>(~(OBF | AUX_OBF));
        update_irqs();
        fetch();
    }
    return v;
}

void I8042::fetch()
{
    while (!(status_ & OBF)) {
        if (!replies_.empty()) {
            const u16 r = replies_.pop();
            load(static_cast<u8>(r), r & FROM_AUX);
        } else if (!(command_byte() & KBD_DISABLE) && keyboard_.has_data()) {
            u8 v = 0;
            if (translated(keyboard_.send(), v)) load(v, false);
        } else if (!(command_byte() & AUX_DISABLE) && aux_.has_data()) {
            load(aux_.send(), true);
        } else {
            return;
        }
    }
}

bool I8042::translated(u8 v, u8& out)
{
    out = v;
    if (!(command_byte() & TRANSLATE)) return true;
    if (v == 0xf0) {
        break_prefix_ = true;
        return false;
    }
    if (v < sizeof SET2_TO_SET1) out = SET2_TO_SET1[v];
    if (break_prefix_) out |= 0x80;
    break_prefix_ = false;
    return true;
}

void I8042::load(u8 byte, bool aux)
{
    output_buffer_ = byte;
    status_ |= aux ? OBF | AUX_OBF : OBF;
    update_irqs();
}

void I8042::update_irqs()
{
    const u8 enabled = command_byte();
    const bool aux_full = status_ & AUX_OBF, kbd_full = status_ & OBF && !aux_full;
    // A disabled keyboard raises nothing, not even for the controller's own answers (as QEMU).
    const bool kbd = kbd_full && enabled & KBD_INT && !(enabled & KBD_DISABLE);
    const bool aux = aux_full && enabled & AUX_INT;
    if (kbd != irq_level_) irq.set(irq_level_ = kbd);
    if (aux != aux_irq_level_) aux_irq.set(aux_irq_level_ = aux);
}

void I8042::reply(u16 byte)
{
    replies_.push(byte); // a guest that reads nothing loses the 17th answer
    fetch();
}

void I8042::write_command(u16, u32 value, int)
{
    status_ |= A2;
    pending_ = 0;
    command(static_cast<u8>(value));
}

void I8042::command(u8 v)
{
    if (v >= PULSE) {
        if (!(v & NOT_RESET)) reset_request.pulse();
        return;
    }
    if (v >= READ_RAM && v < READ_RAM + sizeof ram_) return reply(ram_[v - READ_RAM]);
    if (v >= WRITE_RAM && v < WRITE_RAM + sizeof ram_) {
        pending_ = v;
        return;
    }
    switch (v) {
    case TEST_PASSWORD: return reply(0xf1); // none is installed
    case DISABLE_AUX: command_byte() |= AUX_DISABLE; break;
    case ENABLE_AUX: command_byte() &= static_cast<u8>(~AUX_DISABLE); break;
    case DISABLE_KBD: command_byte() |= KBD_DISABLE; break;
    case ENABLE_KBD: command_byte() &= static_cast<u8>(~KBD_DISABLE); break;
    case SELF_TEST: status_ |= SYS; return reply(0x55);
    case TEST_AUX:
    case TEST_KBD: return reply(0x00);
    case READ_INPUT_PORT: return reply(0x80); // the key lock is open
    case READ_OUTPUT_PORT: {
        const u8 pins = static_cast<u8>((irq_level_ ? KBD_OBF : 0) | (aux_irq_level_ ? AUX_OBF_PIN : 0));
        return reply(output_port_ | pins);
    }
    case READ_TEST_INPUTS: return reply(0x00);
    case WRITE_OUTPUT_PORT:
    case WRITE_KBD_OUTPUT:
    case WRITE_AUX_OUTPUT:
    case WRITE_AUX: pending_ = v; return;
    case ENABLE_A20: return write_output_port(output_port_ | A20);
    case DISABLE_A20: return write_output_port(output_port_ & static_cast<u8>(~A20));
    default: log(LogLevel::GuestError, "i8042: unknown command %02x", v); return;
    }
    update_irqs();
    fetch();
}

void I8042::write_data(u16, u32 value, int)
{
    const u8 v = static_cast<u8>(value), waiting = pending_;
    status_ &= static_cast<u8>(~A2);
    pending_ = 0;
    switch (waiting) {
    case 0:
        if (command_byte() & KBD_DISABLE) { // sending to the keyboard enables it
            command_byte() &= static_cast<u8>(~KBD_DISABLE);
            fetch();
        }
        return keyboard_.receive(v);
    case WRITE_AUX: return aux_.receive(v);
    case WRITE_OUTPUT_PORT: return write_output_port(v);
    case WRITE_KBD_OUTPUT: return reply(v);
    case WRITE_AUX_OUTPUT: return reply(v | FROM_AUX);
    default:
        ram_[waiting & (sizeof ram_ - 1)] = v;
        if (waiting != WRITE_RAM) return;
        status_ = static_cast<u8>((status_ & ~SYS) | (v & SYSTEM_FLAG ? SYS : 0));
        update_irqs();
        fetch();
    }
}

void I8042::write_output_port(u8 v)
{
    output_port_ = static_cast<u8>((v & (NOT_RESET | A20)) | OUT_ONES);
    a20.set(!!(v & A20));
    if (!(v & NOT_RESET)) reset_request.pulse();
}

void I8042::serialize(Archive& ar)
{
    ar.section("i8042", 1);
    ar(status_, output_buffer_, output_port_, pending_, break_prefix_, ram_, replies_, irq_level_,
       aux_irq_level_);
}

} // namespace tabpc
