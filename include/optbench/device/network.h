/*
 * What kernels of networks (src/device/kernels/layers.h, losses.h) read as doubles and
 * round to the dtype: places in their array `facts`. Read by C and by kernels alike.
 */
#ifndef OB_DEVICE_NETWORK_H
#define OB_DEVICE_NETWORK_H

enum {
    OB_NET_ON,     /* target of cross entropy for the labelled class, */
    OB_NET_OFF,    /* for the others, */
    OB_NET_KEEP,   /* and their difference */
    OB_NET_DELTA,  /* of huber */
    OB_NET_FACTORS /* [layers]: of what dropout keeps behind each */
};

#endif
