// Names of the ATA/ATAPI-6 task file (T13/1410D): registers, status and error bits, commands.
#pragma once
#include "base/types.h"

namespace tabpc::ata {

enum Register { DATA, ERROR_FEATURES, SECTOR_COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, STATUS_COMMAND };

enum Status : u8 { ERR = 0x01, DRQ = 0x08, DSC = 0x10, DF = 0x20, DRDY = 0x40, BSY = 0x80 };
enum ErrorBits : u8 { ABRT = 0x04, IDNF = 0x10, UNC = 0x40 };
enum DeviceBits : u8 { DEV = 0x10, LBA = 0x40, OBSOLETE = 0xa0 }; // the obsolete bits read as ones
enum Control : u8 { NIEN = 0x02, SRST = 0x04, HOB = 0x80 };
enum InterruptReason : u8 { COD = 0x01, IO = 0x02 }; // ATAPI, in the sector count register

enum Command : u8 {
    NOP = 0x00,
    DEVICE_RESET = 0x08,
    RECALIBRATE = 0x10, // to 1f
    READ_SECTORS = 0x20,
    READ_SECTORS_NORETRY = 0x21,
    READ_SECTORS_EXT = 0x24,
    READ_DMA_EXT = 0x25,
    READ_NATIVE_MAX_ADDRESS_EXT = 0x27,
    READ_MULTIPLE_EXT = 0x29,
    WRITE_SECTORS = 0x30,
    WRITE_SECTORS_NORETRY = 0x31,
    WRITE_SECTORS_EXT = 0x34,
    WRITE_DMA_EXT = 0x35,
    WRITE_MULTIPLE_EXT = 0x39,
    WRITE_VERIFY = 0x3c,
    READ_VERIFY_SECTORS = 0x40,
    READ_VERIFY_SECTORS_NORETRY = 0x41,
    READ_VERIFY_SECTORS_EXT = 0x42,
    SEEK = 0x70, // to 7f
    EXECUTE_DEVICE_DIAGNOSTIC = 0x90,
    INITIALIZE_DEVICE_PARAMETERS = 0x91,
    STANDBY_IMMEDIATE_OLD = 0x94,
    IDLE_IMMEDIATE_OLD = 0x95,
    STANDBY_OLD = 0x96,
    IDLE_OLD = 0x97,
    CHECK_POWER_MODE_OLD = 0x98,
    SLEEP_OLD = 0x99,
    PACKET = 0xa0,
    IDENTIFY_PACKET_DEVICE = 0xa1,
    SMART = 0xb0,
    READ_MULTIPLE = 0xc4,
    WRITE_MULTIPLE = 0xc5,
    SET_MULTIPLE_MODE = 0xc6,
    READ_DMA = 0xc8,
    READ_DMA_NORETRY = 0xc9,
    WRITE_DMA = 0xca,
    WRITE_DMA_NORETRY = 0xcb,
    STANDBY_IMMEDIATE = 0xe0,
    IDLE_IMMEDIATE = 0xe1,
    STANDBY = 0xe2,
    IDLE = 0xe3,
    CHECK_POWER_MODE = 0xe5,
    SLEEP = 0xe6,
    FLUSH_CACHE = 0xe7,
    FLUSH_CACHE_EXT = 0xea,
    IDENTIFY_DEVICE = 0xec,
    SET_FEATURES = 0xef,
    READ_NATIVE_MAX_ADDRESS = 0xf8,
};

} // namespace tabpc::ata
