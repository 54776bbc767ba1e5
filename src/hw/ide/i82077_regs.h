// Names of the 82077AA's registers, status bits and commands (data sheet 290166).
#pragma once
#include "base/types.h"

namespace tabpc::fdc {

// By port, from 3f0. 3f6 belongs to the IDE controller.
enum Register { SRA, SRB, DOR, TDR, MSR_DSR, FIFO, DIR_CCR = 7 };

enum DorBits : u8 { DOR_DRIVE = 0x03, DOR_NRESET = 0x04, DOR_DMAGATE = 0x08, DOR_MOTOR0 = 0x10 };
enum MsrBits : u8 {
    MSR_BUSY = 0x10,
    MSR_NONDMA = 0x20,
    MSR_DIO = 0x40,
    MSR_RQM = 0x80
}; // 3:0: drives that seek
enum DsrBits : u8 { DSR_RATE = 0x03, DSR_POWER_DOWN = 0x40, DSR_RESET = 0x80 };
enum DirBits : u8 { DIR_CHANGE = 0x80 };

enum St0 : u8 {
    ST0_HEAD = 0x04,
    ST0_EQUIPMENT_CHECK = 0x10,
    ST0_SEEK_END = 0x20,
    ST0_ABNORMAL = 0x40,
    ST0_INVALID = 0x80,
    ST0_POLLING = 0xc0, // ready changed while polling: what a reset gives
};
enum St1 : u8 {
    ST1_NO_ADDRESS_MARK = 0x01,
    ST1_NOT_WRITABLE = 0x02,
    ST1_NO_DATA = 0x04,
    ST1_DATA_ERROR = 0x20
};
enum St2 : u8 { ST2_WRONG_CYLINDER = 0x10, ST2_DATA_ERROR = 0x20, ST2_CONTROL_MARK = 0x40 };
enum St3 : u8 { ST3_TWO_SIDE = 0x08, ST3_TRACK0 = 0x10, ST3_READY = 0x20, ST3_WRITE_PROTECT = 0x40 };

// Bits of a transfer command beside its code.
enum CommandBits : u8 { MT = 0x80, MFM = 0x40, SK = 0x20 };
enum ConfigureBits : u8 { IMPLIED_SEEK = 0x40, NO_FIFO = 0x20, NO_POLLING = 0x10 };

enum Command : u8 {
    READ_TRACK = 0x02,
    SPECIFY = 0x03,
    SENSE_DRIVE_STATUS = 0x04,
    WRITE_DATA = 0x05,
    READ_DATA = 0x06,
    RECALIBRATE = 0x07,
    SENSE_INTERRUPT_STATUS = 0x08,
    WRITE_DELETED_DATA = 0x09,
    READ_ID = 0x0a,
    READ_DELETED_DATA = 0x0c,
    FORMAT_TRACK = 0x0d,
    DUMPREG = 0x0e,
    SEEK = 0x0f,
    VERSION = 0x10,
    PERPENDICULAR_MODE = 0x12,
    CONFIGURE = 0x13,
    LOCK = 0x14,
    VERIFY = 0x16,
    PART_ID = 0x18,
    RELATIVE_SEEK = 0x8f,
};

} // namespace tabpc::fdc
