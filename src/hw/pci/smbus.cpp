// See smbus.h.
#include "hw/pci/smbus.h"
#include "base/bits.h"
#include <algorithm>
#include <vector>

namespace tabpc {

namespace {
enum Register { HST_STS = 0, HST_CNT = 2, HST_CMD, HST_ADD, HST_D0, HST_D1, BLKDAT, AUXCTL = 0x0d };
enum Protocol { QUICK, BYTE, BYTE_DATA, WORD_DATA, BLOCK_DATA = 5 };
constexpr i64 TRANSACTION_NS = 400'000; // about 40 bits at 100 kHz
} // namespace

void SpdEeprom::load(std::span<const u8> bytes)
{
    std::copy_n(bytes.begin(), std::min(bytes.size(), bytes_.size()), bytes_.begin());
}

void SpdEeprom::send(std::span<const u8> bytes)
{
    if (bytes.empty()) return;
    offset_ = bytes[0];
    for (u8 v : bytes.subspan(1)) bytes_[offset_++] = v;
}

SmbusHost::SmbusHost(VirtualClock& clock)
    : clock_(clock), timer_(clock, timer_callback<&SmbusHost::finish, SmbusHost>(), this)
{}

void SmbusHost::reset()
{
    timer_.cancel();
    sts_ = cnt_ = cmd_ = add_ = dat0_ = dat1_ = auxctl_ = index_ = 0;
    block_ = {};
}

u8 SmbusHost::read(int offset)
{
    switch (offset) {
    case HST_STS: return sts_;
    case HST_CNT:
        index_ = 0; // of BLKDAT
        return cnt_ & 0x1f;
    case HST_CMD: return cmd_;
    case HST_ADD: return add_;
    case HST_D0: return dat0_;
    case HST_D1: return dat1_;
    case BLKDAT: {
        const u8 v = block_[index_];
        index_ = (index_ + 1) % block_.size();
        return v;
    }
    case AUXCTL: return auxctl_;
    default: return 0;
    }
}

void SmbusHost::write(int offset, u8 v)
{
    switch (offset) {
    case HST_STS:
        sts_ &= static_cast<u8>(~(v & W1C));
        index_ = 0;
        return;
    case HST_CNT:
        cnt_ = v & static_cast<u8>(~START);
        if (v & KILL) {
            if (timer_.pending()) sts_ |= FAILED;
            sts_ &= static_cast<u8>(~HOST_BUSY);
            timer_.cancel();
        } else if ((v & START) && !timer_.pending()) {
            sts_ = HOST_BUSY;
            timer_.schedule(clock_.now() + TRANSACTION_NS);
        }
        return;
    case HST_CMD: cmd_ = v; return;
    case HST_ADD: add_ = v; return;
    case HST_D0: dat0_ = v; return;
    case HST_D1: dat1_ = v; return;
    case BLKDAT:
        block_[index_] = v;
        index_ = (index_ + 1) % block_.size();
        return;
    case AUXCTL: auxctl_ = v & 3; return;
    default: return;
    }
}

void SmbusHost::finish()
{
    SmbusDevice* d = device_[add_ >> 1];
    index_ = 0;
    sts_ = d && transact(*d) ? INTR : DEV_ERR;
}

bool SmbusHost::transact(SmbusDevice& d)
{
    const bool reads = add_ & 1;
    const u8 command[] = {cmd_, dat0_, dat1_};
    const auto send = [&](size_t n) { d.send(std::span(command).first(n)); };
    switch (bits<u8>(cnt_, 4, 2)) {
    case QUICK: return true;
    case BYTE:
        if (reads) dat0_ = d.receive();
        else send(1);
        return true;
    case BYTE_DATA:
        send(reads ? 1 : 2);
        if (reads) dat0_ = d.receive();
        return true;
    case WORD_DATA:
        send(reads ? 1 : 3);
        if (reads) {
            dat0_ = d.receive();
            dat1_ = d.receive();
        }
        return true;
    case BLOCK_DATA: {
        send(1);
        if (reads) dat0_ = d.receive();
        if (dat0_ == 0 || dat0_ > block_.size()) return false;
        if (reads) {
            std::generate_n(block_.begin(), dat0_, [&] { return d.receive(); });
            return true;
        }
        std::vector<u8> bytes = {cmd_, dat0_};
        bytes.insert(bytes.end(), block_.begin(), block_.begin() + dat0_);
        d.send(bytes);
        return true;
    }
    default: return false;
    }
}

} // namespace tabpc
