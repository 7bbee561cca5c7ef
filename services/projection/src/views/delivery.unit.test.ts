import { deliveryContract } from '@bankside/projections/testing';
import { recorded } from '../testing/recorded';
import { views } from './index';

deliveryContract(views, recorded);
