// I82077: the table of commands, and those that transfer no data (data sheet 290166, chapter 5).
#include "hw/ide/i82077.h"
#include <algorithm>

namespace tabpc {

using namespace fdc;

const I82077::Row I82077::COMMANDS[] = {
    {0x9f, READ_TRACK, 8, &I82077::read_track},
    {0xff, SPECIFY, 2, &I82077::specify},
    {0xff, SENSE_DRIVE_STATUS, 1, &I82077::sense_drive_status},
    {0x3f, WRITE_DATA, 8, &I82077::write_data},
    {0x1f, READ_DATA, 8, &I82077::read_data},
    {0xff, RECALIBRATE, 1, &I82077::recalibrate},
    {0xff, SENSE_INTERRUPT_STATUS, 0, &I82077::sense_interrupt_status},
    {0x3f, WRITE_DELETED_DATA, 8, &I82077::write_data},
    {0xbf, READ_ID, 1, &I82077::read_id},
    {0x1f, READ_DELETED_DATA, 8, &I82077::read_data},
    {0xbf, FORMAT_TRACK, 5, &I82077::format_track},
    {0xff, DUMPREG, 0, &I82077::dumpreg},
    {0xff, SEEK, 2, &I82077::seek},
    {0xbf, RELATIVE_SEEK, 2, &I82077::relative_seek},
    {0xff, VERSION, 0, &I82077::version},
    {0xff, PERPENDICULAR_MODE, 1, &I82077::perpendicular_mode},
    {0xff, CONFIGURE, 3, &I82077::configure},
    {0x7f, LOCK, 0, &I82077::lock},
    {0x1f, VERIFY, 8, &I82077::verify},
    {0xff, PART_ID, 0, &I82077::part_id},
    {0x00, 0x00, 0, &I82077::invalid},
};

const I82077::Row& I82077::find_command(u8 opcode)
{
    const Row* row = COMMANDS;
    while ((opcode & row->mask) != row->code) row++;
    return *row;
}

void I82077::specify()
{
    specify_[0] = command_[1];
    specify_[1] = command_[2];
    finish_command({});
}

void I82077::sense_drive_status()
{
    const Drive& d = addressed();
    u8 st3 = static_cast<u8>((command_[1] & 7) | ST3_READY | ST3_TWO_SIDE); // both pins are tied
    if (d.present() && d.cylinder == 0) st3 |= ST3_TRACK0;
    if (d.present() && d.backend->read_only()) st3 |= ST3_WRITE_PROTECT;
    finish_command({st3});
}

void I82077::seek() { start_seek(addressed(), command_[2], command_[2]); }

// Steps until TRK0; without a drive it never comes.
void I82077::recalibrate() { start_seek(addressed(), 0, 0); }

void I82077::relative_seek()
{
    Drive& d = addressed();
    const int steps = command_[0] & 0x40 ? command_[2] : -int(command_[2]);
    start_seek(d, std::clamp(d.cylinder + steps, 0, 255), static_cast<u8>(d.pcn + steps));
}

// Seeks of several drives overlap: the command phase is free at once, SENSE INTERRUPT STATUS tells of the end.
void I82077::start_seek(Drive& d, int to, u8 pcn)
{
    const bool recalibrates = command_[0] == RECALIBRATE;
    const int steps = std::abs(d.cylinder - to);
    d.seek_st0 = static_cast<u8>(ST0_SEEK_END | (command_[1] & (recalibrates ? 3 : 7)));
    if (recalibrates && !d.present()) d.seek_st0 |= ST0_ABNORMAL | ST0_EQUIPMENT_CHECK;
    d.pcn = pcn;
    d.cylinder = static_cast<u8>(d.present() ? to : 0);
    if (steps && d.medium.sectors) d.changed = false;
    d.seeking = true;
    d.seek.schedule(clock_.now() + timing_.step_ns * (1 + steps));
    finish_command({});
}

void I82077::Drive::seek_done()
{
    seeking = false;
    interrupt = true;
    fdc.update_irq();
}

void I82077::sense_interrupt_status()
{
    if (reset_polls_) { // all four drives have "become ready"; the line falls with the first
        const u8 n = static_cast<u8>(4 - reset_polls_--);
        return finish_command({static_cast<u8>(ST0_POLLING | n), drive_[n].pcn});
    }
    for (Drive& d : drive_) {
        if (!d.interrupt) continue;
        d.interrupt = false;
        return finish_command({d.seek_st0, d.pcn});
    }
    finish_command({ST0_INVALID}); // nothing to tell
}

void I82077::dumpreg()
{
    finish_command({drive_[0].pcn, drive_[1].pcn, drive_[2].pcn, drive_[3].pcn, specify_[0], specify_[1],
                    record_, static_cast<u8>((locked_ ? 0x80 : 0) | (perpendicular_ & 0x7f)), config_,
                    precompensation_});
}

void I82077::version() { finish_command({0x90}); } // an enhanced controller

void I82077::perpendicular_mode()
{
    // OW: the drives' bits change only when it is set.
    perpendicular_ = command_[1] & 0x80 ? command_[1] & 0x7f
                                        : static_cast<u8>((perpendicular_ & 0x7c) | (command_[1] & 3));
    finish_command({});
}

void I82077::configure()
{
    config_ = command_[2];
    precompensation_ = command_[3];
    finish_command({});
}

void I82077::lock()
{
    locked_ = command_[0] & 0x80;
    finish_command({static_cast<u8>(locked_ ? 0x10 : 0)});
}

void I82077::part_id() { finish_command({0x41}); } // as QEMU's: an 82078

void I82077::invalid() { finish_command({ST0_INVALID}); }

} // namespace tabpc
