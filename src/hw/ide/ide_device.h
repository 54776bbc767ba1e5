// IdeDevice: what disks and CD-ROMs on a cable have in common (ATA/ATAPI-6): the task file, the data register with its
// buffer, interrupts and the steps of a command.
// A command moves in steps. Each ends at a virtual deadline, in step(); data of the host must have come by then, else the
// step waits for it. Only step() touches guest memory, so a DMA transfer can never call back into a port of the device,
// and between steps a snapshot holds plain fields.
#pragma once
#include "block/backend.h"
#include "core/clock.h"
#include "core/device.h"
#include "hw/ide/ata.h"
#include "hw/ide/bus_master.h"
#include <vector>

namespace tabpc {

// How long things take. All zero: everything happens at once, for tests whose clock stands still.
struct IdeTiming {
    i64 command_ns = 30'000; // from command to first data
    i64 block_ns = 3'000;    // from one DRQ block to the next that is in the buffer
    i64 per_kib_ns = 5'000;  // the medium: 200 MB/s
};

class IdeDevice {
public:
    // The cable and what is behind it.
    struct Host {
        virtual void intrq_changed() = 0;
        virtual BusMaster& bus_master() = 0;

    protected:
        ~Host() = default;
    };

    IdeDevice(Host& host, int number, VirtualClock& clock, BlockBackend& backend, const IdeTiming& timing);
    IdeDevice(const IdeDevice&) = delete;
    virtual ~IdeDevice() = default;

    u8 read_register(ata::Register r,
                     bool previous) const; // `previous`: HOB, what was written before the last
    void write_register(ata::Register r, u8 v);
    u8 status() const { return status_; }
    bool intrq() const { return intrq_; }
    void clear_intrq();
    void command(u8 opcode);
    u32 read_data(int size);
    void write_data(u32 v, int size);

    void dma_started();
    void dma_stopped();
    // The host's answer is late: the deadline of a step has passed without it.
    bool waits_for_host() const { return late_; }

    void hold_reset();             // SRST is set
    virtual void software_reset(); // SRST is cleared again, or EXECUTE DEVICE DIAGNOSTIC
    void diagnostic_done() { finish(); }
    virtual void reset(); // RESET#
    void serialize(Archive& ar);

protected:
    static constexpr size_t MAX_BUFFER = 128 * 1024;

    // For the device itself. A command runs with BSY until one of the finishing functions below is called.
    virtual void execute(u8 opcode) = 0;
    virtual void set_signature() = 0;
    virtual u8 status_after_reset() const { return ata::DRDY | ata::DSC; }
    virtual void serialize_command(Archive& ar) = 0;

    virtual void block_presented(size_t, bool /*to_host*/) {} // DRQ is about to be set
    virtual void buffer_filled() {}                           // the medium's data is here, nothing of it sent
    virtual void buffer_sent() = 0;                           // the host or its memory has all of the buffer
    virtual void buffer_received() = 0; // the host has filled the block, its memory the buffer
    virtual void buffer_stored() = 0;   // it is on the medium; also after a flush
    virtual void io_failed(IoStatus) = 0;

    // Steps. `interrupt`: raise INTRQ with DRQ.
    void fill_from_medium(u64 offset, size_t bytes);
    void store_on_medium(u64 offset); // all of the buffer
    void flush_medium();
    void cancel_medium_io(); // the medium goes away: what still waits for it fails
    void send_by_pio(size_t block, bool interrupt = true);
    void send_by_dma();
    void receive_by_pio(size_t bytes, bool interrupt);
    void receive_by_dma(size_t bytes);
    void finish(bool interrupt = true); // successfully
    void fail(u8 error_bits);
    void schedule_finish() { start_step(Step::Finish, timing_.command_ns); }

    struct TaskFile {
        u8 features = 0, count = 0, low = 0, mid = 0, high = 0;
        template <class Archive>
        void serialize(Archive& ar)
        {
            ar(features, count, low, mid, high);
        }
    };

    Host& host_;
    const int number_; // 0 master, 1 slave
    BlockBackend& backend_;
    std::vector<u8> buffer_;
    TaskFile task_, previous_;
    u8 device_ = 0; // the DEVICE register
    u8 error_ = 0;
    u8 status_ = 0;

private:
    enum class Step : u8 { None, PioIn, PioOut, DmaIn, DmaOut, Stored, Finish };

    void start_step(Step step, i64 delay);
    void end_step();
    void host_finished(IoStatus status);
    void abandon();
    void set_intrq(bool level);
    void start_job(Task<void> task, size_t bytes);
    Task<void> read_job(u64 offset);
    Task<void> write_job(u64 offset);
    Task<void> flush_job();

    VirtualClock& clock_;
    const IdeTiming timing_;
    Timer timer_;
    Job job_;
    bool late_ = false;

    Step step_ = Step::None;
    bool intrq_ = false;
    bool interrupt_ = false; // with the coming DRQ
    bool dma_waits_ = false; // for the guest to start the bus master
    IoStatus io_status_ = IoStatus::Ok;
    i64 medium_ns_ = 0;          // what the coming step takes for its data
    u32 block_ = 512;            // largest DRQ block
    u32 at_ = 0, block_end_ = 0; // in the buffer: the data register's position, end of the DRQ block
};

} // namespace tabpc
