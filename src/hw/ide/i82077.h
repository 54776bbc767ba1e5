// Intel 82077AA floppy disk controller (data sheet 290166) with up to two drives. Reads and writes the sectors of an
// image in one of the usual formats: every track has sectors 1 to n of 512 bytes, so a sector of another length, a
// deleted mark or a damaged ID is never found. Left out: SCAN, tape drives, and the pace of the FIFO.
#pragma once
#include "block/backend.h"
#include "block/floppy_geometry.h"
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "hw/ide/i82077_regs.h"
#include "hw/isa/isa_dma.h"
#include <vector>

namespace tabpc {

// Faster than a drive, slow enough that a driver sees each state. All zero: for tests whose clock stands still.
struct FloppyTiming {
    i64 reset_ns = 20'000;
    i64 step_ns = 50'000;    // head movement by one cylinder
    i64 sector_ns = 100'000; // 5 MB/s
};

class I82077 final : public Device {
public:
    static constexpr int DMA_CHANNEL = 2;

    I82077(VirtualClock& clock, IoSpace& io, u16 base, IrqInput irq, IsaDma& dma,
           const FloppyTiming& timing = {});

    // Drives are there when the machine starts; disks come and go.
    void attach(int n, BlockBackend& backend, FloppyDrive type);

    bool waits_for_host() const { return late_; }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    static constexpr u32 SECTOR_BYTES = 512;
    static constexpr u8 SECTOR_CODE = 2; // N: 128 << 2

    struct Drive final : BlockBackend::MediumListener {
        Drive(I82077& fdc, VirtualClock& clock, int n);
        bool present() const { return backend != nullptr; }
        void serialize(Archive& ar);
        void seek_done();
        void medium_leaving() override;
        void medium_changed() override;

        I82077& fdc;
        const int number;
        Timer seek;
        BlockBackend* backend = nullptr;
        FloppyDrive type = FloppyDrive::None;
        FloppyGeometry medium{}; // no sectors: no disk
        u8 cylinder = 0;         // where the heads are
        u8 pcn = 0;              // present cylinder number, as the controller counts
        u8 seek_st0 = 0;
        bool seeking = false;
        bool interrupt = false; // for SENSE INTERRUPT STATUS
        bool changed = true;    // the disk change line: a step with a disk in clears it
    };

    enum class Phase : u8 { Command, Execution, Result };
    enum class Step : u8 {
        None,
        Reset,
        Id,       // READ ID: the next one comes under the head
        Find,     // the sector, or the index hole, comes under the head
        ToHost,   // the host takes the buffer
        FromHost, // the host fills the buffer
        Stored,   // the buffer is on the medium
    };
    enum class Kind : u8 { Read, Write, Verify, Format };
    struct Row { // one command
        u8 mask, code, parameters;
        void (I82077::*execute)();
    };
    static const Row COMMANDS[];
    static const Row& find_command(u8 opcode);

    // Registers: i82077.cpp.
    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    u8 msr() const;
    void write_dor(u8 v);
    void write_fifo(u8 v);
    u8 read_fifo();
    void software_reset();
    void stop();
    void update_irq();
    Drive& selected() { return drive_[dor_ & fdc::DOR_DRIVE]; }
    Drive& addressed() { return drive_[command_[1] & 3]; } // by the command's second byte
    void finish_command(std::initializer_list<u8> result);

    // Commands: i82077_commands.cpp.
    void specify();
    void sense_drive_status();
    void recalibrate();
    void seek();
    void relative_seek();
    void start_seek(Drive& d, int to, u8 pcn);
    void sense_interrupt_status();
    void dumpreg();
    void version();
    void perpendicular_mode();
    void configure();
    void lock();
    void part_id();
    void invalid();

    // Transfers: i82077_transfer.cpp.
    void read_data() { begin_transfer(Kind::Read); }
    void write_data() { begin_transfer(Kind::Write); }
    void verify() { begin_transfer(Kind::Verify); }
    void read_track();
    void format_track();
    void read_id();
    void begin_transfer(Kind kind);
    void start_sector();
    void end_step();
    void track_found();
    void id_found();
    void exchange();
    void move_by_dma();
    void buffer_moved();
    void sector_done();
    bool next_sector();
    void finish_transfer(u8 st0, u8 st1 = 0, u8 st2 = 0);
    u8 track_error();
    u64 sector_offset(u8 record);
    void start_step(Step step, i64 delay);
    void start_job(Task<void> task);
    void host_finished(IoStatus status);
    Task<void> read_job(BlockBackend& backend, u64 offset);
    Task<void> write_job(BlockBackend& backend, u64 offset);
    Task<void> format_job(BlockBackend& backend);
    void set_dack(int, int level);

    VirtualClock& clock_;
    const FloppyTiming timing_;
    const u16 base_;
    IrqLine irq_;
    IsaDma& dma_;
    IrqLine dreq_;
    std::array<Drive, 4> drive_; // the controller has registers for four
    Timer timer_;
    Job job_;
    bool late_ = false; // the host's data is not there at its deadline

    u8 dor_ = 0, tdr_ = 0, dsr_ = 0;
    u8 specify_[2] = {}; // SRT and HUT, HLT and ND
    u8 config_ = 0, precompensation_ = 0, perpendicular_ = 0;
    bool locked_ = false;

    Phase phase_ = Phase::Command;
    Step step_ = Step::None;
    bool interrupt_ = false; // of a result or a reset
    bool irq_level_ = false;
    u8 reset_polls_ = 0; // drives whose state SENSE INTERRUPT STATUS has still to tell after a reset

    std::vector<u8> command_; // the bytes so far
    std::vector<u8> result_;  // the bytes to come, the last one first

    // The transfer that runs.
    Kind kind_ = Kind::Read;
    std::vector<u8> buffer_;
    u32 at_ = 0;
    bool dack_ = false, waits_for_dack_ = false, terminal_count_ = false;
    u8 cylinder_ = 0, head_ = 0, record_ = 0; // C, H and R as the command counts them
    u8 side_ = 0;                             // of the disk
    IoStatus io_status_ = IoStatus::Ok;
};

} // namespace tabpc
